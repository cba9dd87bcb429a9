package org.truckee.protocol.introducer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.truckee.protocol.node.BadConfigurationException;

/// A YAML file of a node's directory.
final class YamlFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private YamlFile() {}

    /// What stands in it; a missing node if the file is not there or empty.
    static JsonNode read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return YAML.missingNode();
        }
        try {
            return YAML.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new BadConfigurationException(
                    file + " is not YAML from line " + e.getLocation().getLineNr() + " on");
        } catch (CharacterCodingException e) {
            throw new BadConfigurationException(file + " is not UTF-8");
        }
    }

    static String write(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JacksonException e) {
            throw new AssertionError("a tree of texts and numbers is written", e);
        }
    }
}

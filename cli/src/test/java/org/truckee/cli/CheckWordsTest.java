package org.truckee.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CheckWordsTest {
    private static final String FULL = "{'path': ['a'], 'check-results': {'results': {'state': 'full'}}}";
    private static final String REDUCED = """
            {'path': ['b'], 'check-results': {'summary': 'Not Healthy', 'results': {'state': 'reduced', 'healthy': false}}}
            """;
    private static final String LOST = """
            {'path': ['c'], 'check-results': {'summary': 'Not Healthy', 'results': {'state': 'unreadable', 'healthy': false}}}
            """;
    private static final String PASSED_OVER = "{'type': 'unreadable', 'path': ['d'], 'error': 'of no known kind'}";

    private final StringWriter out = new StringWriter();
    private final CheckWords words = new CheckWords(new PrintWriter(out));

    private void hear(String... lines) throws JsonProcessingException {
        for (String line : lines) {
            var said = new JsonMapper().readTree(line.replace('\'', '"'));
            words.count(said);
            words.deepCheck(said);
        }
    }

    private static String repaired(String before, String after, boolean done) {
        return "{'path': [], 'check-and-repair-results': {'repair-attempted': true, 'repair-successful': " + done
                + ", 'pre-repair-results': {'results': {'state': '" + before
                + "'}}, 'post-repair-results': {'results': {'state': '" + after + "'}}}}";
    }

    @Test
    void whatIsMerelyReducedIsNoFailure() throws Exception {
        hear(FULL, REDUCED, repaired("reduced", "full", true));
        assertThat(words.verdict(false)).isEmpty();
        assertThat(words.verdict()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsAFailureOfTheCommand() throws Exception {
        hear(FULL, LOST, PASSED_OVER);
        assertThat(words.verdict(false)).contains("2 files cannot be read from the nodes that are connected");
        assertThat(out.toString().lines()).containsExactly("/c: Not Healthy", "/d: of no known kind");
    }

    @Test
    void whatIsReadableAfterItsRepairIsNoFailureAndWhatCouldNotBeRepairedIs() throws Exception {
        hear(repaired("unreadable", "full", true));
        assertThat(words.verdict(true)).isEmpty();
        hear(repaired("reduced", "reduced", false));
        assertThat(words.verdict(true)).contains("1 file could not be repaired");
        assertThat(words.verdict()).contains("it could not be repaired");
    }

    @Test
    void smallFilesAreCountedBesideWhatIsChecked() throws Exception {
        hear("{'type': 'stats', 'stats': {'count-objects-checked': 3, 'count-literal-files': 2, 'count-full': 3}}");
        assertThat(out.toString())
                .startsWith("3 files and directories checked, and 2 small files in their directories: 3 full, ");
    }
}

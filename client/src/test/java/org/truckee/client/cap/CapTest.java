package org.truckee.client.cap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapTest {
    private static final String K = "hah7mxwfpqemm7icdh3hwsa5fa";
    private static final String H = "6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "URI:LIT:",
                "URI:LIT:nbswy3dp",
                "URI:CHK:" + K + ":" + H + ":3:10:56",
                "URI:CHK-Verifier:" + K + ":" + H + ":3:10:56",
                "URI:SSK:" + K + ":" + H,
                "URI:SSK-RO:" + K + ":" + H,
                "URI:SSK-Verifier:" + K + ":" + H,
                "URI:MDMF:" + K + ":" + H,
                "URI:MDMF-RO:" + K + ":" + H,
                "URI:MDMF-Verifier:" + K + ":" + H,
                "URI:DIR2:" + K + ":" + H,
                "URI:DIR2-RO:" + K + ":" + H,
                "URI:DIR2-Verifier:" + K + ":" + H,
                "URI:DIR2-MDMF:" + K + ":" + H,
                "URI:DIR2-MDMF-RO:" + K + ":" + H,
                "URI:DIR2-MDMF-Verifier:" + K + ":" + H,
                "URI:DIR2-CHK:" + K + ":" + H + ":3:10:56",
                "URI:DIR2-CHK-Verifier:" + K + ":" + H + ":3:10:56",
                "URI:DIR2-LIT:nbswy3dp"
            })
    void everyKindPrintsAsItWasRead(String text) throws MalformedCapException {
        Cap cap = Cap.parse(text);
        assertThat(cap).isNotInstanceOf(UnknownCap.class);
        assertThat(cap.uri()).isEqualTo(text);
        assertThat(Cap.parse(cap.uri())).isEqualTo(cap);
        assertThat(Cap.parse("ro." + text)).isEqualTo(cap);
        assertThat(Cap.parse("imm." + text)).isEqualTo(cap);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "http://example.org/",
                "uri:lit:me",
                "URI:SSK-RW:" + K + ":" + H,
                "URI:DIR2-SSK:" + K + ":" + H,
                "URI:DIR2X:" + K,
                "URI:DIR2-DIR2:" + K + ":" + H,
                "imm.ro.URI:LIT:",
                "ro.ro.URI:LIT:",
                "URI:LIT-Verifier:me"
            })
    void whatIsOfNoKnownKindIsKeptWhole(String text) throws MalformedCapException {
        assertThat(Cap.parse(text)).isEqualTo(new UnknownCap(text));
    }

    @ParameterizedTest
    @CsvSource({
        "URI:LIT:SECRETS,                                LIT, its data",
        "URI:CHK:SECRETS:%H:3:10:56,                     CHK, its key",
        "URI:CHK:%K:SECRETS:3:10:56,                     CHK, its URI extension hash",
        "URI:CHK:%K:%H:3:10:SECRETS,                     CHK, its size",
        "URI:CHK:%K:%H:3:10:0,                           CHK, its size is not from 1",
        "URI:CHK:%K:%H:3:10:999999999999999999,          CHK, its size is not from 1",
        "URI:CHK:%K:%H:3:SECRETS:5,                      CHK, its total",
        "URI:CHK:%K:%H:SECRETS:10:5,                     CHK, its required",
        "URI:CHK:%K:%H:11:10:56,                         CHK, it needs 1 <= required",
        "URI:CHK:%K:%H:0:10:56,                          CHK, it needs 1 <= required",
        "URI:CHK:%K:%H:3:257:56,                         CHK, it needs 1 <= required",
        "URI:CHK:%K:%H:3:10,                             CHK, it needs 5 fields",
        "URI:CHK:%K:%H:3:10:56:SECRETS,                  CHK, it needs 5 fields",
        "URI:CHK-Verifier:SECRETS:%H:3:10:56,            CHK-Verifier, its storage index",
        "URI:SSK:SECRETS:%H,                             SSK, its write key",
        "URI:SSK:%K:SECRETS,                             SSK, its fingerprint",
        "URI:SSK-RO:SECRETS:%H,                          SSK-RO, its read key",
        "URI:SSK:%K,                                     SSK, it needs 2 fields",
        "URI:MDMF:SECRETS,                               MDMF, it needs 2 fields",
        "URI:DIR2:SECRETS:%H,                            SSK, its write key",
        "URI:DIR2-LIT:SECRETS,                           LIT, its data",
    })
    void malformedCapabilityIsRefusedWithTheFieldAndWithoutTheText(String text, String kind, String problem) {
        assertThatThrownBy(() -> Cap.parse(text.replace("%K", K).replace("%H", H)))
                .isInstanceOf(MalformedCapException.class)
                .hasMessageStartingWith("not a valid " + kind + " capability: " + problem)
                .hasMessageNotContaining("SECRETS")
                .hasMessageNotContaining(K);
    }

    @Test
    void leadingZerosAndOldHintsAreReadAndNotWritten() throws MalformedCapException {
        assertThat(Cap.parse("URI:CHK:" + K + ":" + H + ":03:010:056").uri())
                .isEqualTo("URI:CHK:" + K + ":" + H + ":3:10:56");
        assertThat(Cap.parse("URI:MDMF:" + K + ":" + H + ":3:131073").uri()).isEqualTo("URI:MDMF:" + K + ":" + H);
    }

    @Test
    void lesserCapabilitiesFollowFromGreaterOnes() throws MalformedCapException {
        var write = (MutableWriteCap) Cap.parse("URI:SSK:" + K + ":" + H);
        assertThat(write.readOnly().uri()).startsWith("URI:SSK-RO:").endsWith(":" + H);
        assertThat(write.readOnly().toVerifyCap().uri())
                .startsWith("URI:SSK-Verifier:")
                .endsWith(":" + H);
        var read = (ChkReadCap) Cap.parse("URI:CHK:" + K + ":" + H + ":3:10:56");
        assertThat(read.toVerifyCap().uri()).isEqualTo("URI:CHK-Verifier:5mwuz5yxisqrnhtrsljs7wkyb4:" + H + ":3:10:56");
    }
}

package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/// The status page in a browser.
@Tag("processes")
class StatusPageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern REQUEST =
            Pattern.compile("\"method\":\"Network.requestWillBeSent\".*?\"request\":\\{.*?\"url\":\"([^\"]*)\"");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsChromium() {
        Chromium.assumeInstalled();
    }

    private static void awaitRows(ChromeDriver browser, String kind, int count) {
        await(kind + " rows").atMost(PATIENCE).until(() -> rows(browser, kind), found -> found == count);
    }

    private static int rows(ChromeDriver browser, String kind) {
        return browser.findElements(By.cssSelector(".nodes tbody tr." + kind)).size();
    }

    @Test
    void aKilledNodeTurnsRedAndGreenAgainWithoutAReload() throws Exception {
        try (var grid = ProcessGrid.startWithHelper(folder, 3, 1, 2, 100_000_000)) {
            ChromeDriver browser = Chromium.start(folder.resolve("browser"));
            try {
                String page = grid.node(ProcessGrid.GATEWAY).page();
                browser.get(page + "/");
                browser.executeScript("window.wasNotReloaded = true");
                awaitRows(browser, "good", 3);
                grid.kill("storage2");
                awaitRows(browser, "bad", 1);
                assertThat(browser.findElement(By.cssSelector("tr.bad")).getText())
                        .contains("storage2", "not connected", "refused the connection");
                expectAccessible(browser);
                grid.start("storage2");
                awaitRows(browser, "good", 3);
                assertThat(browser.executeScript("return window.wasNotReloaded"))
                        .isEqualTo(true);
                expectAccessible(browser);
                expectQuiet(browser, page);
                browser.get(grid.node(ProcessGrid.INTRODUCER).page());
                expectAccessible(browser);
                browser.get(grid.node("storage1").page());
                expectAccessible(browser);
                browser.get(grid.node(ProcessGrid.HELPER).page());
                awaitRows(browser, "good", 3);
                expectAccessible(browser);
            } finally {
                browser.quit();
            }
        }
    }

    /// Nothing on the console, and no request to anybody else.
    private static void expectQuiet(ChromeDriver browser, String origin) {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        List<String> asked = browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .flatMap(entry -> REQUEST.matcher(entry.getMessage()).results())
                .map(match -> match.group(1))
                .filter(url -> url.startsWith("http")) // others are in the page, or the browser's own
                .distinct()
                .toList();
        assertThat(asked).hasSizeGreaterThan(4).allMatch(url -> url.startsWith(origin + "/"));
    }

    /// axe finds nothing serious, light and dark, large and on a phone.
    private static void expectAccessible(ChromeDriver browser) throws IOException {
        String axe;
        try (var source = StatusPageTest.class.getResourceAsStream("/axe-core/axe-4.14.1.min.js")) {
            axe = new String(source.readAllBytes(), UTF_8);
        }
        for (String scheme : List.of("light", "dark")) {
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            for (var size : List.of(new Dimension(1280, 900), new Dimension(500, 900))) {
                browser.manage().window().setSize(size);
                browser.executeScript(axe);
                Object found = browser.executeAsyncScript("const done = arguments[0]; axe.run().then(result => done("
                        + "result.violations.filter(one => ['serious', 'critical'].includes(one.impact))"
                        + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))))");
                assertThat((List<?>) found).as(scheme + " " + size).isEmpty();
            }
        }
    }
}

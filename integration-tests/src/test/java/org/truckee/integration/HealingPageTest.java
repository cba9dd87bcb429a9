package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/// What the page of a gateway tells while the grid heals: one of its nodes starts with nothing.
///
/// `-Dtruckee.screenshots` names a folder for pictures of it.
@Tag("processes")
@Timeout(300)
class HealingPageTest {
    private static final int FILES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @BeforeAll
    static void needsChromium() {
        Chromium.assumeInstalled();
    }

    private void store(GridProcess grid) throws IOException, InterruptedException {
        var random = new Random(1);
        Path small = Files.createDirectory(folder.resolve("files"));
        for (int i = 0; i < FILES; i++) {
            var few = new byte[2000];
            random.nextBytes(few);
            Files.write(small.resolve("file" + i), few);
        }
        Files.write(folder.resolve("gone"), new byte[500_000]);
        var sftp = new OpenSshSftp(folder, grid.sftpPort());
        sftp.run("put -r files", "put gone");
        sftp.run("rm gone"); // which leaves its shares to the ends of their leases
    }

    private static void delete(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    /// What stands beside a word on the page; nothing if that is not there.
    private static String figure(ChromeDriver browser, String word) {
        return (String) browser.executeScript("""
                const term = [...document.querySelectorAll('dt')].find(one => one.textContent === arguments[0]);
                return term ? term.parentElement.innerText.replace(/\\s+/g, ' ') : ''""", word);
    }

    private static void awaitFigure(ChromeDriver browser, String word, Predicate<String> expected) {
        await(word).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> figure(browser, word), expected);
    }

    private static void shoot(ChromeDriver browser, String name) throws IOException {
        String folder = System.getProperty("truckee.screenshots", "");
        if (!folder.isEmpty()) {
            Files.write(Path.of(folder, name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }

    @Test
    void itTellsHowTheGridHeals() throws Exception {
        int portOffset = GridProcess.freePortOffset();
        ChromeDriver browser = Chromium.start(folder.resolve("browser"));
        browser.manage().window().setSize(new Dimension(1280, 2400));
        try {
            String full = (FILES + 2) + " full 0 reduced 0 unreadable";
            try (var grid = GridProcess.start(folder, portOffset)) {
                store(grid);
                browser.get("http://127.0.0.1:" + grid.webPort() + "/");
                awaitFigure(browser, "Files", text -> text.contains(full));
                assertThat(grid.stop(Duration.ofSeconds(30))).isTrue();
            }
            Path configuration = folder.resolve("grid/gateway/tahoe.cfg");
            Files.writeString(
                    configuration, Files.readString(configuration).replace("[client]", "[client]\nrepair.grace = 0"));
            delete(folder.resolve("grid/storage3"));
            try (var grid = GridProcess.start(folder, portOffset)) {
                browser.get("http://127.0.0.1:" + grid.webPort() + "/");
                browser.executeScript("window.wasNotReloaded = true");
                awaitFigure(
                        browser,
                        "Walk over the tree",
                        text -> text.contains("under way") && text.matches(".* [1-9][0-9]* repaired.*"));
                shoot(browser, "healing");
                awaitFigure(browser, "Walk over the tree", text -> text.contains("ended"));
                assertThat(figure(browser, "Files")).contains(full);
                assertThat(figure(browser, "Walk over the tree")).contains((FILES + 2) + " files looked after");
                assertThat(figure(browser, "Leases")).matches(".*renewed .* ago the first could end on 20[0-9-]+");
                awaitFigure(browser, "No longer renewed", text -> text.matches(".*[1-9].* of shares on the nodes.*"));
                assertThat(browser.executeScript("return window.wasNotReloaded"))
                        .isEqualTo(true);
                assertThat(browser.findElements(By.cssSelector(".nodes tbody tr.good")))
                        .hasSize(5);
                shoot(browser, "healed");
            }
        } finally {
            browser.quit();
        }
    }
}

package org.truckee.integration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// A browser without a window. Outside of CI what needs it is left out, and says so, if it is not installed.
final class Chromium {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path CHROME_DRIVER = Path.of("/usr/bin/chromedriver");

    private Chromium() {}

    static void assumeInstalled() {
        boolean isInstalled = Files.isExecutable(CHROMIUM) && Files.isExecutable(CHROME_DRIVER);
        if (!isInstalled && System.getenv("CI") == null) {
            System.err.println("LEFT OUT: the status page was not tried in a browser, which needs the Debian packages"
                    + " chromium and chromium-driver");
        }
        assumeTrue(isInstalled || System.getenv("CI") != null, "chromium and chromium-driver are not installed");
    }

    /// What it keeps lies in `profile`. Remembers what is said on its console and what it requests.
    static ChromeDriver start(Path profile) {
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.setCapability("goog:loggingPrefs", logs);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        var driver = new ChromeDriverService.Builder()
                .usingDriverExecutable(CHROME_DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        return new ChromeDriver(driver, options);
    }
}

package org.truckee.status;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The state of a process as Prometheus reads it.
final class Metrics {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private Metrics() {}

    static byte[] of(Snapshot snapshot) throws IOException {
        List<MetricSnapshot> metrics = new ArrayList<>();
        snapshot.grid().ifPresent(grid -> add(metrics, grid));
        snapshot.storage().ifPresent(storage -> {
            metrics.add(gauge("truckee_shares", "Shares kept here.", storage.shares()));
            metrics.add(gauge("truckee_share_bytes", "Bytes of shares kept here.", storage.shareBytes()));
        });
        snapshot.board().ifPresent(board -> {
            metrics.add(counter("truckee_announcements_accepted", "Announcements taken.", board.accepted()));
            metrics.add(counter("truckee_announcements_refused", "Announcements refused.", board.refused()));
        });
        snapshot.helper().ifPresent(helper -> add(metrics, helper));
        var out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, new MetricSnapshots(metrics));
        return out.toByteArray();
    }

    private static void add(List<MetricSnapshot> metrics, GridDetails grid) {
        long connected =
                grid.servers().stream().filter(GridDetails.Server::isConnected).count();
        metrics.add(gauge("truckee_servers_connected", "Storage servers that answer.", connected));
        metrics.add(gauge("truckee_sftp_sessions", "Sessions over SFTP.", grid.sftpSessions()));
        metrics.add(gauge(
                "truckee_staged_files",
                "Files that wait on the gateway's disk.",
                grid.staged().size()));
        metrics.add(counter(
                "truckee_upload_bytes",
                "Bytes of files uploaded.",
                grid.totals().uploadedBytes()));
        metrics.add(counter(
                "truckee_download_bytes",
                "Bytes of files downloaded.",
                grid.totals().downloadedBytes()));
        metrics.add(counter(
                "truckee_failed_uploads", "Uploads that failed.", grid.totals().failedUploads()));
        metrics.add(SummarySnapshot.builder()
                .name("truckee_upload_seconds")
                .help("Time that uploads took.")
                .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .count(grid.totals().uploads())
                        .sum(grid.totals().uploadTime().toMillis() / 1e3)
                        .build())
                .build());
    }

    private static void add(List<MetricSnapshot> metrics, HelperDetails helper) {
        metrics.add(gauge(
                "truckee_helper_expansions",
                "Expansions under way.",
                helper.expansions().size()));
        metrics.add(gauge(
                "truckee_helper_relays",
                "Connections that are relayed.",
                helper.relays().size()));
        metrics.add(gauge(
                "truckee_helper_kept_bytes",
                "Bytes of ciphertext kept of clients that went away.",
                helper.kept().bytes()));
        metrics.add(counter(
                "truckee_helper_received_bytes",
                "Bytes of ciphertext received.",
                helper.totals().receivedBytes()));
        metrics.add(counter(
                "truckee_helper_relayed_bytes",
                "Bytes relayed, both ways.",
                helper.totals().relayedBytes()));
        metrics.add(counter(
                "truckee_helper_refused", "What was refused.", helper.totals().refused()));
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value((double) value)
                        .build())
                .build();
    }

    private static MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value((double) value)
                        .build())
                .build();
    }
}

package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.grid.Together;

/// Computes the capability of a file without sending its shares anywhere.
final class LocalEncoding {
    /// As many as are hashed together, so that every lane of a vector has something to do.
    private static final int GROUP = 4;

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final CiphertextSource source;
    private final SegmentPool memory;
    private final Cores cores;
    private final ExpandedCopy copy;

    /// The ciphertext is written to `copy` on the way.
    LocalEncoding(CiphertextSource source, SegmentPool memory, Cores cores, ExpandedCopy copy) {
        this.source = source;
        this.memory = memory;
        this.cores = cores;
        this.copy = copy;
    }

    private record Group(int first, List<SegmentBuffers> segments) {
        List<byte[][]> blocks() {
            return segments.stream().map(SegmentBuffers::blocks).toList();
        }
    }

    ChkVerifyCap run() throws IOException {
        int segments = source.segmentation().segments();
        try (var encoder = new ChkEncoder(source);
                var account = memory.openWriter()) {
            for (int next = 0; next < segments; ) {
                List<Group> groups = groups(account, next);
                code(encoder, groups);
                for (Group group : groups) {
                    chain(encoder, group);
                    next += group.segments().size();
                }
            }
            return encoder.trailers().verifyCap();
        }
    }

    /// As many as there are cores, if there is memory for them.
    private List<Group> groups(SegmentPool.Account account, int first) throws IOException {
        List<Group> groups = new ArrayList<>();
        for (int at = first; groups.size() < cores.count(); at += GROUP) {
            List<SegmentBuffers> rooms = rooms(account, at, groups.isEmpty());
            if (rooms.isEmpty()) {
                break;
            }
            groups.add(new Group(at, rooms));
            if (rooms.size() < GROUP) {
                break;
            }
        }
        return groups;
    }

    private List<SegmentBuffers> rooms(SegmentPool.Account account, int first, boolean wait) throws IOException {
        List<SegmentBuffers> rooms = new ArrayList<>();
        Segmentation segmentation = source.segmentation();
        while (rooms.size() < Math.min(GROUP, segmentation.segments() - first)) {
            boolean mustWait = wait && rooms.isEmpty();
            Optional<SegmentBuffers> room = account.take(
                    segmentation.encoding().total(), segmentation.blockBytes(), mustWait ? PAUSE : Duration.ZERO);
            if (room.isEmpty() && !mustWait) {
                break;
            }
            room.ifPresent(rooms::add);
        }
        return rooms;
    }

    private void code(ChkEncoder encoder, List<Group> groups) throws IOException {
        List<Future<Group>> coding = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Group group : groups) {
                coding.add(threads.submit(() -> {
                    for (int i = 0; i < group.segments().size(); i++) {
                        encoder.read(group.first() + i, group.blocks().get(i));
                    }
                    return cores.run(() -> {
                        encoder.code(group.first(), group.blocks());
                        return group;
                    });
                }));
            }
            for (Future<Group> one : coding) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was encoded");
        } catch (ExecutionException e) {
            throw Together.asIo(e.getCause());
        }
    }

    private void chain(ChkEncoder encoder, Group group) throws IOException {
        cores.run(() -> {
            for (int i = 0; i < group.segments().size(); i++) {
                encoder.chain(group.first() + i, group.blocks().get(i));
            }
            return group;
        });
        for (int i = 0; i < group.segments().size(); i++) {
            copy.write(group.first() + i, group.blocks().get(i));
            group.segments().get(i).release();
        }
    }
}

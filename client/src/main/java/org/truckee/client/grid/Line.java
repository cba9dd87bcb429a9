package org.truckee.client.grid;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.StorageServer;

/// What one client hears from all its servers, which is what it takes to tell a frozen server from a busy one and
/// from a full line, and how much of that line may be taken. A server is *frozen* when it is silent for 2 s on a
/// request and on the question for its version beside it, while another server answered that question; it stays so
/// until anything is heard from it. Calls that wait for a frozen server fail, later ones at once.
///
/// While nobody answers, nobody is frozen: our own line is full or down. How long an answer takes on it now is what
/// the others' answers take, so on a slow line a server is given five times that. Closing a line ends its threads.
/// Safe for use by any number of threads.
public final class Line implements AutoCloseable {
    /// Silence after which a server is frozen, if others are not silent.
    private static final Duration FROZEN = Duration.ofSeconds(2);

    /// So many times as long as another's answer took, which may have come over a connection that was open already.
    private static final int PATIENCE = 5;

    /// Others that are asked.
    private static final int REFERENCES = 3;

    private final Rate up;
    private final Rate down;
    private final long frozenNanos;
    private final long suspiciousNanos;
    private final long tickNanos;

    /// All below is guarded by this object's monitor.
    private final Map<ServerId, Member> members = new TreeMap<>();

    private final Set<Call> calls = new HashSet<>();
    private final Set<Thread> asking = new HashSet<>();
    private boolean watched;
    private boolean closed;

    /// Any number of bytes may pass.
    public Line() {
        this(Rate.unlimited(), Rate.unlimited());
    }

    /// What clients write and read of shares passes at these rates.
    public Line(Rate up, Rate down) {
        this(up, down, FROZEN);
    }

    /// With another silence after which a server is frozen.
    Line(Rate up, Rate down, Duration frozen) {
        this.up = up;
        this.down = down;
        this.tickNanos = frozen.toNanos() / 40;
        this.suspiciousNanos = frozen.toNanos() / 6;
        this.frozenNanos = frozen.toNanos() - tickNanos;
    }

    /// A server on the line. Everything is guarded by the line's monitor; times are of [System#nanoTime].
    static final class Member {
        private final StorageServer storage;
        private long heardAt = System.nanoTime();
        private boolean frozen;
        private @Nullable Question question;

        private Member(StorageServer storage) {
            this.storage = storage;
        }
    }

    /// The question for a server's version.
    private static final class Question {
        private final long askedAt = System.nanoTime();
        private long nanos = Long.MAX_VALUE;
        private boolean over;
    }

    /// A call that waits for a server's answer.
    final class Call implements AutoCloseable {
        private final Member member;
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();
        private boolean ended;

        private Call(Member member) {
            this.member = member;
        }

        /// Something was heard.
        void heard() {
            synchronized (Line.this) {
                member.heardAt = System.nanoTime();
                member.frozen = false;
            }
        }

        /// Whether the call was ended because its server is frozen.
        boolean frozen() {
            synchronized (Line.this) {
                return ended;
            }
        }

        /// The call is over. An interrupt that ended it must not end anything else.
        @Override
        public void close() {
            synchronized (Line.this) {
                calls.remove(this);
                if (ended) {
                    Thread.interrupted();
                }
            }
        }
    }

    Rate up() {
        return up;
    }

    Rate down() {
        return down;
    }

    /// The server as it stands on this line.
    synchronized Member member(ServerId id, StorageServer storage) {
        var member = new Member(storage);
        members.put(id, member);
        return member;
    }

    /// Whether nothing has been heard from a server since it was found frozen.
    synchronized boolean isFrozen(Member member) {
        return member.frozen;
    }

    /// The calling thread asks a server something, and waits until the call is closed.
    ///
    /// @throws FrozenServerException if the server is known to be frozen
    synchronized Call begin(GridServer server, Member member) throws FrozenServerException {
        if (member.frozen) {
            throw new FrozenServerException(server);
        }
        return beginAnyway(member);
    }

    /// The same for a question that a frozen server is asked too, to see whether it still is.
    synchronized Call beginAnyway(Member member) {
        var call = new Call(member);
        calls.add(call);
        if (!watched) {
            watched = true;
            Thread.ofVirtual().name("line").start(this::watch);
        }
        return call;
    }

    /// Runs as long as anybody waits.
    private void watch() {
        while (goOn()) {
            try {
                TimeUnit.NANOSECONDS.sleep(tickNanos);
            } catch (InterruptedException e) {
                return; // nobody interrupts this thread
            }
        }
    }

    private synchronized boolean goOn() {
        long now = System.nanoTime();
        for (Call call : Set.copyOf(calls)) {
            long silence = now - Math.max(call.since, call.member.heardAt);
            if (silence >= suspiciousNanos) {
                suspect(call, now);
            }
            if (silence >= frozenNanos && isSilentUnlikeOthers(call.member, now)) {
                freeze(call.member);
            }
        }
        watched = !calls.isEmpty();
        return watched;
    }

    /// Asks the silent server once, and others until one of them has answered since.
    private void suspect(Call call, long now) {
        Member silent = call.member;
        if (silent.question == null || silent.question.over) {
            ask(silent);
        }
        if (answerOfOthers(silent).isEmpty()) {
            members.values().stream()
                    .filter(other -> other != silent && !other.frozen)
                    .filter(other -> other.question == null || now - other.question.askedAt > suspiciousNanos)
                    .filter(other -> other.question == null || other.question.over)
                    .limit(REFERENCES)
                    .forEach(this::ask);
        }
    }

    private void ask(Member member) {
        if (closed) {
            return;
        }
        var question = new Question();
        member.question = question;
        asking.add(Thread.ofVirtual().name("version").start(() -> {
            try {
                member.storage.version();
                answered(member, question);
            } catch (IOException | RuntimeException unheard) {
                // says nothing about whether it is frozen: whoever asked it something will see
            } finally {
                over(question);
            }
        }));
    }

    private synchronized void answered(Member member, Question question) {
        long now = System.nanoTime();
        question.nanos = now - question.askedAt;
        member.heardAt = now;
        member.frozen = false;
    }

    private synchronized void over(Question question) {
        question.over = true;
        asking.remove(Thread.currentThread());
    }

    private boolean isSilentUnlikeOthers(Member silent, long now) {
        Question question = silent.question;
        return question != null
                && !question.over
                && answerOfOthers(silent)
                        .filter(nanos -> now - question.askedAt >= PATIENCE * nanos)
                        .isPresent();
    }

    /// How long the fastest answer took that another gave after a server was asked.
    private Optional<Long> answerOfOthers(Member silent) {
        Question question = silent.question;
        return question == null
                ? Optional.empty()
                : members.values().stream()
                        .filter(other -> other != silent && other.question != null)
                        .map(other -> other.question)
                        .filter(other -> other.over && other.nanos != Long.MAX_VALUE)
                        .filter(other -> other.askedAt + other.nanos >= question.askedAt)
                        .map(other -> other.nanos)
                        .min(Long::compare);
    }

    private void freeze(Member member) {
        member.frozen = true;
        for (Call call : calls) {
            if (call.member == member && !call.ended) {
                call.ended = true;
                call.thread.interrupt();
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        asking.forEach(Thread::interrupt);
    }
}

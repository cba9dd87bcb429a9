package org.truckee.protocol.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.Answer;

/// The bytes of a share as a server sends them; closing it frees the connection.
final class AnswerBytes implements ByteStream {
    private final Answer answer;
    private final ByteStream body;

    AnswerBytes(Answer answer, long length) {
        this.answer = answer;
        this.body = answer.body().ofLength(length);
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return body.read(target);
    }

    @Override
    public boolean isOpen() {
        return body.isOpen();
    }

    @Override
    public void close() {
        answer.close();
    }
}

package org.truckee.protocol.storage;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.http.RequestHandler;

/// Says how much a storage server keeps, and leaves every other request to the storage protocol.
public final class UsageEndpoint implements RequestHandler {
    private static final List<String> PATH = List.of("truckee", "v1", "usage");

    private final Authorization authorization;
    private final Supplier<StorageUsage> usage;
    private final RequestHandler storage;

    public UsageEndpoint(Swissnum swissnum, Supplier<StorageUsage> usage, RequestHandler storage) {
        this.authorization = new Authorization(swissnum);
        this.usage = usage;
        this.storage = storage;
    }

    @Override
    public Reply handle(Request request) throws IOException {
        if (!request.path().equals(PATH)) {
            return storage.handle(request);
        }
        if (!request.method().equals("GET")) {
            return Reply.text(405, "this path does not take " + request.method());
        }
        return authorization.accepts(request.header(Authorization.HEADER))
                ? Reply.of(200, "application/cbor", usage.get().write())
                : Reply.text(401, "the Authorization header does not carry this server's swissnum");
    }
}

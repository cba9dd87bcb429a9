package org.truckee.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.TubId;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ReadingPause.Reason;

/// One client's connection to an [HttpServer]: takes requests one after the other, each handled on a virtual thread
/// while its body may still be arriving. All fields belong to the event loop.
final class ServerConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /// What a handler may leave unread of a request's body without losing the connection, in bytes.
    private static final int MAX_UNREAD = 4 << 20;

    /// What is known of a client by the answers that it got.
    private record Standing(boolean trusted, int refusals) {
        Standing after(int status) {
            if (status < HttpResponseStatus.BAD_REQUEST.code()) {
                return new Standing(true, 0);
            }
            boolean stranger = !trusted || status == HttpResponseStatus.UNAUTHORIZED.code();
            return new Standing(trusted, refusals + (stranger ? 1 : 0));
        }
    }

    private final RequestHandler handler;
    private final ExecutorService threads;
    private final Bounds bounds;
    private final AddressRate requests;
    private final RequestTimer timer;
    private final ArrayDeque<HttpObject> ahead = new ArrayDeque<>();
    private Standing standing = new Standing(false, 0);

    /// Whether the connection has been joined with another; written before the event loop is told.
    private volatile boolean joined;

    private @Nullable IncomingBody body;
    private @Nullable ReadingPause pause;

    /// Counts against `requests`, and tells `timer` when a request begins and ends.
    ServerConnection(
            RequestHandler handler, ExecutorService threads, Bounds bounds, AddressRate requests, RequestTimer timer) {
        this.handler = handler;
        this.threads = threads;
        this.bounds = bounds;
        this.requests = requests;
        this.timer = timer;
    }

    private ReadingPause pause(ChannelHandlerContext ctx) {
        ReadingPause made = pause;
        if (made == null) {
            made = new ReadingPause(ctx.channel());
            pause = made;
        }
        return made;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var part = (HttpObject) message;
        if (hasWholeRequest()) {
            ahead.add(part);
            pause(ctx).begin(Reason.NEXT_WAITS);
        } else {
            take(ctx, part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (body != null) {
            body.paused();
        }
        ctx.fireChannelReadComplete();
    }

    /// While one is answered, what arrives belongs to later ones.
    private boolean hasWholeRequest() {
        return body != null && body.hasArrived();
    }

    private void take(ChannelHandlerContext ctx, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            refuse(ctx, part.decoderResult().cause());
        } else if (part instanceof HttpRequest head) {
            begin(ctx, head);
        }
        if (part instanceof HttpContent content && !part.decoderResult().isFailure()) {
            if (body == null) {
                content.release();
            } else {
                body.put(content);
                if (content instanceof LastHttpContent) {
                    timer.whole();
                }
            }
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        var incoming = new IncomingBody(pause(ctx), bounds.silence(), bounds.bodyBytesPerSecond());
        body = incoming;
        timer.begin();
        slowDown(ctx);
        if (HttpUtil.is100ContinueExpected(head)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        try {
            Standing before = standing;
            threads.execute(() -> answer(ctx, head, incoming, before));
        } catch (RejectedExecutionException stopping) {
            refuse(ctx, HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
    }

    /// Does not read from an address for as long as it has asked too often.
    private void slowDown(ChannelHandlerContext ctx) {
        var from = (InetSocketAddress) ctx.channel().remoteAddress();
        long nanos = requests.one(from.getAddress());
        if (nanos > 0) {
            pause(ctx).begin(Reason.TOO_MANY_REQUESTS);
            ctx.executor().schedule(() -> pause(ctx).end(Reason.TOO_MANY_REQUESTS), nanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Runs on a virtual thread.
    private void answer(ChannelHandlerContext ctx, HttpRequest head, IncomingBody incoming, Standing before) {
        boolean reusable = false;
        Standing after = before;
        try (incoming;
                var reply = reply(ctx, head, incoming)) {
            if (reply.reply().tunnel().isPresent()) {
                join(ctx, reply.reply().tunnel().get());
                return;
            }
            after = before.after(reply.reply().status());
            boolean keepAlive = HttpUtil.isKeepAlive(head) && after.refusals() < bounds.refusals();
            boolean whole = isWhole(head, incoming);
            send(ctx, head, reply.reply(), whole && keepAlive);
            if (!whole && incoming.trouble().isEmpty()) {
                // bytes that arrive at a closed connection would destroy the reply before it is read
                incoming.drain(MAX_UNREAD);
            }
            reusable = whole && keepAlive;
        } catch (IOException e) {
            LOG.atDebug()
                    .addKeyValue("from", ctx.channel().remoteAddress())
                    .setCause(e)
                    .log("a reply was not delivered");
        } finally {
            boolean reuse = reusable;
            Standing now = after;
            ctx.executor().execute(() -> finish(ctx, now, reuse));
        }
    }

    /// Answers a CONNECT with success, and is done with the connection. It is not read meanwhile: what comes after the
    /// answer is not ours.
    private void join(ChannelHandlerContext ctx, Tunnel tunnel) {
        joined = true;
        tunnel.claim();
        ctx.executor().execute(() -> {
            pause(ctx).retire();
            ctx.channel().config().setAutoRead(false);
            var connected =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
            ctx.writeAndFlush(connected)
                    .addListener((ChannelFutureListener) sent -> handOver(ctx, tunnel, sent.isSuccess()));
        });
    }

    private void handOver(ChannelHandlerContext ctx, Tunnel tunnel, boolean answered) {
        Channel client = ctx.channel();
        if (!answered || !ahead.isEmpty()) { // it went away, or did not wait for the answer
            tunnel.close();
            client.close();
            return;
        }
        client.pipeline().remove(RequestTimer.class);
        client.pipeline().remove(this);
        client.pipeline().remove(HttpServerCodec.class);
        tunnel.join(client);
    }

    /// Whether the request has ended, or does so without much more coming.
    private static boolean isWhole(HttpRequest head, IncomingBody incoming) {
        boolean more = !incoming.hasArrived();
        if (more && (incoming.trouble().isPresent() || HttpUtil.getContentLength(head, 0L) > MAX_UNREAD)) {
            return false;
        }
        try {
            return incoming.drain(MAX_UNREAD);
        } catch (IOException e) {
            return false;
        }
    }

    private void finish(ChannelHandlerContext ctx, Standing now, boolean reuse) {
        body = null;
        if (joined) {
            return;
        }
        if (!reuse) {
            ctx.close();
            return;
        }
        standing = now;
        timer.end(ctx, now.trusted());
        while (!hasWholeRequest() && !ahead.isEmpty()) {
            take(ctx, ahead.remove());
        }
        if (body != null) {
            body.paused();
        }
        if (ahead.isEmpty()) {
            pause(ctx).end(Reason.NEXT_WAITS);
        }
    }

    /// A reply whose body is closed when it is sent or not.
    private record OpenReply(Reply reply) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            reply.body().close();
            reply.tunnel().ifPresent(Tunnel::closeUnlessClaimed);
        }
    }

    private OpenReply reply(ChannelHandlerContext ctx, HttpRequest head, IncomingBody incoming) {
        try {
            return new OpenReply(handler.handle(parse(ctx, head, incoming)));
        } catch (BodyTooLongException e) {
            return new OpenReply(Reply.text(413, e));
        } catch (MalformedRequestException e) {
            return new OpenReply(Reply.text(400, e));
        } catch (IOException | RuntimeException e) {
            var trouble = incoming.trouble();
            if (trouble.isPresent()) {
                return new OpenReply(Reply.text(trouble.get().status(), e));
            }
            LOG.atWarn()
                    .addKeyValue("method", head.method())
                    .addKeyValue("from", ctx.channel().remoteAddress())
                    .setCause(e)
                    .log("a request failed");
            return new OpenReply(Reply.text(500, "the request failed; the log of the server says why"));
        }
    }

    private static Request parse(ChannelHandlerContext ctx, HttpRequest head, IncomingBody incoming)
            throws MalformedRequestException {
        try {
            var decoder = new QueryStringDecoder(head.uri());
            boolean connect = head.method().equals(HttpMethod.CONNECT);
            List<String> path = Arrays.stream(decoder.rawPath().split("/", -1))
                    .skip(connect ? 0 : 1)
                    .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), UTF_8))
                    .toList();
            Map<String, String> query = new HashMap<>();
            decoder.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
            return new Request(
                    head.method().name(),
                    path,
                    query,
                    head.headers(),
                    incoming,
                    ctx.channel().remoteAddress(),
                    client(ctx));
        } catch (IllegalArgumentException e) {
            throw new MalformedRequestException("the path is not percent-encoded text");
        }
    }

    private static Optional<TubId> client(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        try {
            return tls != null && tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                    ? Optional.of(NodeCertificate.tubId(shown))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException showedNone) {
            return Optional.empty();
        }
    }

    private void send(ChannelHandlerContext ctx, HttpRequest head, Reply reply, boolean keepAlive) throws IOException {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        if (reply.status() != 204) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length());
        }
        if (!keepAlive) {
            HttpUtil.setKeepAlive(response, false);
        }
        ctx.write(response);
        boolean bodiless = head.method().name().equals("HEAD") || reply.status() == 204;
        OutgoingBody.send(ctx.channel(), bodiless ? ByteStream.of() : reply.body(), bounds.silence());
    }

    private void refuse(ChannelHandlerContext ctx, Throwable malformed) {
        if (body != null) {
            body.fail(new IOException("the request is not HTTP"));
            return;
        }
        refuse(
                ctx,
                switch (malformed) {
                    case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
                    case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
                    default -> HttpResponseStatus.BAD_REQUEST;
                });
    }

    private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
        HttpMessage response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        HttpUtil.setContentLength(response, 0);
        HttpUtil.setKeepAlive(response, false);
        ctx.write(response);
        ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (body != null) {
            body.fail(new IOException("the client closed the connection in the middle of a request"));
        }
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.atDebug()
                .addKeyValue("from", ctx.channel().remoteAddress())
                .addKeyValue("reason", cause.toString())
                .log("a connection was dropped");
        ctx.close();
    }
}

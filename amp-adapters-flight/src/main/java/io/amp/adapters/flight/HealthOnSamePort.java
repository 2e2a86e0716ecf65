package io.amp.adapters.flight;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. gRPC's negotiation starts with an event that travels down the pipeline. The sniffer holds that event back until
 * the first bytes have come: the HTTP/2 preface hands the connection to gRPC, as if the sniffer had never been there; anything else is
 * HTTP/1.1. Over HTTP/2 a GET of the health path is answered in front of gRPC's frame listener, which knows only POST.
 */
/** Plain-text connections that speak gRPC, and {@code GET /healthz} over HTTP/1.1 and HTTP/2 (query specification, section 3.1). */
final class HealthOnSamePort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private static final String HEALTH_PATH = "/healthz";
    private static final byte[] HTTP2_PREFACE = {'P', 'R', 'I', ' '};
    private static final int NO_PADDING = 0;

    private final InternalProtocolNegotiator.ProtocolNegotiator grpc = InternalProtocolNegotiators.serverPlaintext();

    @Override
    public AsciiString scheme() {
        return grpc.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
        connection
                .decoder()
                .frameListener(new HealthFrames(connection.decoder().frameListener(), connection.encoder()));
        return new Sniffer(grpc.newHandler(connection));
    }

    @Override
    public void close() {
        grpc.close();
    }

    private static boolean isHealth(@Nullable CharSequence method, @Nullable CharSequence path) {
        return method != null
                && path != null
                && (AsciiString.contentEquals(method, "GET") || AsciiString.contentEquals(method, "HEAD"))
                && AsciiString.contentEquals(path, HEALTH_PATH);
    }

    private static final class Sniffer extends ByteToMessageDecoder {
        private final ChannelHandler grpc;
        private @Nullable Object negotiation;

        Sniffer(ChannelHandler grpc) {
            this.grpc = grpc;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event.getClass()
                    == InternalProtocolNegotiationEvent.getDefault().getClass()) {
                negotiation = event;
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            for (int i = 0; i < HTTP2_PREFACE.length; i++) {
                if (in.readableBytes() <= i) {
                    return;
                }
                if (in.getByte(in.readerIndex() + i) != HTTP2_PREFACE[i]) {
                    context.pipeline().addAfter(context.name(), null, new HealthAnswers());
                    context.pipeline().addAfter(context.name(), null, new HttpServerCodec());
                    context.pipeline().remove(this);
                    return;
                }
            }
            context.pipeline().addAfter(context.name(), null, grpc);
            context.fireUserEventTriggered(
                    negotiation == null ? InternalProtocolNegotiationEvent.getDefault() : negotiation);
            context.pipeline().remove(this);
        }
    }

    /** HTTP/1.1, one request per connection. */
    private static final class HealthAnswers extends SimpleChannelInboundHandler<HttpRequest> {
        HealthAnswers() {
            super(HttpRequest.class);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
            HttpResponseStatus status;
            if (request.decoderResult().isFailure()) {
                status = HttpResponseStatus.BAD_REQUEST;
            } else if (isHealth(request.method().asciiName(), request.uri())) {
                status = HttpResponseStatus.OK;
            } else if (request.uri().equals(HEALTH_PATH)) {
                status = HttpResponseStatus.METHOD_NOT_ALLOWED;
            } else {
                status = HttpResponseStatus.NOT_FOUND;
            }
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
            if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
                response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
            }
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.newFailedFuture(failure).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static final class HealthFrames extends Http2FrameListenerDecorator {
        private final Http2ConnectionEncoder encoder;

        HealthFrames(Http2FrameListener grpc, Http2ConnectionEncoder encoder) {
            super(grpc);
            this.encoder = encoder;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean ends)
                throws Http2Exception {
            if (!(ends && answers(context, stream, headers))) {
                super.onHeadersRead(context, stream, headers, padding, ends);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int stream,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ends)
                throws Http2Exception {
            if (!(ends && answers(context, stream, headers))) {
                super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, ends);
            }
        }

        private boolean answers(ChannelHandlerContext context, int stream, Http2Headers headers) {
            if (!isHealth(headers.method(), headers.path())) {
                return false;
            }
            Http2Headers answer = new DefaultHttp2Headers().status("200").set(HttpHeaderNames.CONTENT_LENGTH, "0");
            encoder.writeHeaders(context, stream, answer, NO_PADDING, true, context.newPromise())
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            context.flush();
            return true;
        }
    }
}

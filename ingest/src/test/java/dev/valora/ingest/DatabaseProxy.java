package dev.valora.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stands between the application and PostgreSQL on the loopback, to be cut or muted. Any thread. */
public final class DatabaseProxy implements AutoCloseable {

    private final int targetPort;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean muted;
    private volatile boolean refusing;

    /** Begins to listen at a free port. */
    public DatabaseProxy(int targetPort) {
        this.targetPort = targetPort;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.startVirtualThread(this::accept);
    }

    /** The same URL by way of this proxy. */
    public String through(String url) {
        return url.replace("127.0.0.1:" + targetPort, "127.0.0.1:" + listener.getLocalPort());
    }

    /** Ends every connection and refuses new ones until {@link #restore}. */
    public void cut() {
        refusing = true;
        sockets.forEach(DatabaseProxy::close);
    }

    /** Holds back what PostgreSQL answers, while requests still reach it. */
    public void mute() {
        setMuted(true);
    }

    /** Everything passes again. */
    public void restore() {
        refusing = false;
        setMuted(false);
    }

    @Override
    public void close() {
        cut();
        setMuted(false);
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void setMuted(boolean wanted) {
        lock.lock();
        try {
            muted = wanted;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
                sockets.add(client);
                sockets.add(server);
                Thread.startVirtualThread(() -> pump(client, server, false));
                Thread.startVirtualThread(() -> pump(server, client, true));
            } catch (IOException ended) {
                // closed by the test, or the peer went away
            }
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] bytes = new byte[8_192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                if (answers) {
                    awaitUnmuted();
                }
                out.write(bytes, 0, length);
            }
        } catch (IOException | InterruptedException ended) {
            // both sockets are closed, which the two ends then see
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void awaitUnmuted() throws InterruptedException {
        lock.lock();
        try {
            while (muted) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

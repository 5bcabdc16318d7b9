package dev.valora.config.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;

/**
 * Where a PostgreSQL database is and who logs in there.
 *
 * @param port 1 to 65535
 * @param password may be empty
 */
public record DatabaseUrl(String host, int port, String database, String user, String password) {

    private static final int DEFAULT_PORT = 5432;

    /** Reads {@code postgresql://user:password@host:port/database}; throws {@link IllegalArgumentException} otherwise. */
    public static DatabaseUrl parse(String text) {
        URI uri = uri(text);
        String login = uri.getRawUserInfo();
        String path = uri.getRawPath();
        boolean complete = ("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                && uri.getHost() != null
                && login != null
                && path != null
                && path.matches("/[^/]+")
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() <= 65535));
        if (!complete || login == null || path == null) {
            throw new IllegalArgumentException("not a complete URL");
        }
        int colon = login.indexOf(':');
        return new DatabaseUrl(
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort(),
                decode(path.substring(1)),
                decode(colon < 0 ? login : login.substring(0, colon)),
                colon < 0 ? "" : decode(login.substring(colon + 1)));
    }

    /** The text without the password, also when it is no such URL at all. */
    static String masked(String text) {
        int scheme = text.indexOf("://");
        int at = text.lastIndexOf('@');
        int colon = text.indexOf(':', scheme < 0 ? 0 : scheme + 3);
        return colon < 0 || colon > at ? text : text.substring(0, colon) + ":********" + text.substring(at);
    }

    /** Host and port, for messages. */
    public String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** As {@link #parse} reads it, with the password: not for people to see. */
    public String toUri() {
        return "postgresql://" + encode(user) + ":" + encode(password) + "@" + address() + "/" + encode(database);
    }

    /** For pgjdbc, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + address() + "/" + encode(database);
    }

    /** Says everything but the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + address() + "/" + database;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, UTF_8).replace("+", "%20");
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    }
}

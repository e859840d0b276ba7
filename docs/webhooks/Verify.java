import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A receiver of alerts in Java 17, standard library alone: CHUANTOU_SECRET=whsec_… java Verify.java PORT. */
public class Verify {
    static final long TOLERANCE_S = 300;

    /** Whether one of the signatures fits the very bytes that came. */
    static boolean verified(String secret, String id, String stamp, String signatures, byte[] body) throws Exception {
        if (id == null || stamp == null || signatures == null) return false;
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(stamp)) > TOLERANCE_S) return false;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
        mac.update((id + "." + stamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] wanted = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        for (String mark : signatures.split(" "))
            if (MessageDigest.isEqual(mark.getBytes(StandardCharsets.UTF_8), wanted)) return true;
        return false;
    }

    public static void main(String[] arguments) throws Exception {
        String secret = System.getenv("CHUANTOU_SECRET");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readNBytes(4 << 20);
            var headers = exchange.getRequestHeaders();
            boolean fits;
            try {
                fits = verified(secret, headers.getFirst("webhook-id"), headers.getFirst("webhook-timestamp"),
                        headers.getFirst("webhook-signature"), body);
            } catch (Exception error) {
                fits = false;
            }
            if (fits) System.out.println(headers.getFirst("webhook-id"));
            exchange.sendResponseHeaders(fits ? 204 : 400, -1);
            exchange.close();
        });
        server.start();
    }
}

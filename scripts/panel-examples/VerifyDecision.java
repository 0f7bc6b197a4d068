import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a panel checks a decision before it opens anything; needs Java 17 and nothing else.
 *
 * <pre>java VerifyDecision.java PUBLIC_KEY NONCE STATE_FILE [NOW] &lt; decision.json</pre>
 *
 * PUBLIC_KEY as {@code GET /v1/device} gives it, fetched once when the terminal is set up, over a connection that is
 * trusted. NONCE as the panel sent it with its request. STATE_FILE keeps the highest serial that was accepted from this
 * terminal. NOW (ISO 8601) is for tests. Prints what was decided and ends with 0, or why it is refused and ends with 1.
 */
public final class VerifyDecision {
  /** Clocks of terminal and panel may differ by so much. */
  private static final Duration TOLERANCE = Duration.ofSeconds(60);
  /** What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
  private static final byte[] DER_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  public static void main(String[] words) throws Exception {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Map<String, Object> decision = new FlatJson(text).object();
    Path stateFile = Path.of(words[2]);
    long lastSerial = Files.exists(stateFile) ? Long.parseLong(Files.readString(stateFile).trim()) : 0;
    Instant now = words.length > 3 ? Instant.parse(words[3]) : Instant.now();
    String refusal = refusalOf(decision, words[0], words[1], lastSerial, now);
    if (refusal == null && (long) decision.get("serial") > lastSerial) remember(stateFile, decision.get("serial"));
    System.out.println(refusal == null ? decision.get("decision") : "refused: " + refusal);
    System.exit(refusal == null ? 0 : 1);
  }

  /** Why the decision is refused; null when it holds. */
  static String refusalOf(Map<String, Object> decision, String publicKey, String nonce, long lastSerial, Instant now)
      throws GeneralSecurityException {
    Map<String, Object> signed = new TreeMap<>(decision);
    String signature = String.valueOf(signed.remove("signature"));
    if (!signatureHolds(canonical(signed), signature, publicKey)) return "bad-signature";
    if (!nonce.equals(decision.get("nonce"))) return "other-nonce";
    if (!Instant.parse((String) decision.get("expiresAt")).isAfter(now)) return "stale";
    if (Instant.parse((String) decision.get("decidedAt")).isAfter(now.plus(TOLERANCE))) return "from-the-future";
    long serial = (long) decision.get("serial");
    // A denial that could not be recorded has the serial 0; a grant always has its own.
    if (serial == 0 && !"grant".equals(decision.get("decision"))) return null;
    return serial > lastSerial ? null : "replayed";
  }

  static boolean signatureHolds(String text, String signature, String publicKey) throws GeneralSecurityException {
    byte[] raw = Base64.getDecoder().decode(publicKey);
    byte[] encoded = new byte[DER_HEAD.length + raw.length];
    System.arraycopy(DER_HEAD, 0, encoded, 0, DER_HEAD.length);
    System.arraycopy(raw, 0, encoded, DER_HEAD.length, raw.length);
    PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(text.getBytes(StandardCharsets.UTF_8));
    try {
      return check.verify(Base64.getDecoder().decode(signature));
    } catch (SignatureException | IllegalArgumentException notASignature) {
      return false;
    }
  }

  /** RFC 8785 for a flat object of strings and whole numbers; a TreeMap of strings is in UTF-16 order already. */
  static String canonical(Map<String, Object> value) {
    StringBuilder out = new StringBuilder("{");
    value.forEach((name, member) -> {
      if (out.length() > 1) out.append(',');
      out.append(quoted(name)).append(':');
      out.append(member instanceof String text ? quoted(text) : String.valueOf(member));
    });
    return out.append('}').toString();
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      int short_ = "\b\t\n\f\r\"\\".indexOf(c);
      if (short_ >= 0) out.append('\\').append("btnfr\"\\".charAt(short_));
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }

  /** Noted before the door opens, and whole: a panel that loses power must not accept it again. */
  static void remember(Path stateFile, Object serial) throws IOException {
    Path part = stateFile.resolveSibling(stateFile.getFileName() + ".part");
    Files.writeString(part, String.valueOf(serial), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    Files.move(part, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads a flat JSON object of strings and whole numbers, which is what a decision is; refuses anything else. */
  static final class FlatJson {
    private final String text;
    private int at;

    FlatJson(String text) {
      this.text = text;
    }

    Map<String, Object> object() {
      Map<String, Object> members = new TreeMap<>();
      expect('{');
      do {
        String name = string();
        expect(':');
        if (members.put(name, value()) != null) throw new IllegalArgumentException("a member stands there twice");
      } while (next(','));
      expect('}');
      return members;
    }

    private Object value() {
      blanks();
      if (text.charAt(at) == '"') return string();
      int start = at;
      while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) at += 1;
      return Long.parseLong(text.substring(start, at));
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) out.append(c == '\\' ? escaped() : c);
      return out.toString();
    }

    private char escaped() {
      char c = text.charAt(at++);
      if (c == 'u') {
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      int known = "btnfr\"\\/".indexOf(c);
      if (known < 0) throw new IllegalArgumentException("an escape that JSON does not have");
      return "\b\t\n\f\r\"\\/".charAt(known);
    }

    private boolean next(char wanted) {
      blanks();
      if (at >= text.length() || text.charAt(at) != wanted) return false;
      at += 1;
      return true;
    }

    private void expect(char wanted) {
      if (!next(wanted)) throw new IllegalArgumentException("not a flat JSON object");
    }

    private void blanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at += 1;
    }
  }
}

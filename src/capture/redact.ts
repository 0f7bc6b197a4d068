/**
 * Makes a function that takes credentials out of a text: whatever stands before the @ of a URL, and the known secrets
 * wherever they are. Very short secrets are only known by their place in a URL: replacing "a" would destroy every word.
 */
export function redactorFor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutLogins = text.replace(/(\w+:\/\/)[^\s/]*@/g, '$1***@');
    return known.reduce((rest, secret) => rest.replaceAll(secret, '***'), withoutLogins);
  };
}

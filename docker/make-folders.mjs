import { chmodSync, chownSync, mkdirSync } from 'node:fs';

/** The unprivileged user of the image; it owns nothing but what is made here. */
const userId = 10_001;

for (const folder of process.argv.slice(2)) {
  const shared = folder === '/tmp';
  mkdirSync(folder, { recursive: true });
  // The configuration's folder too: `init` writes the template there when the site's folder is mounted over it.
  if (!shared) chownSync(folder, userId, userId);
  chmodSync(folder, shared ? 0o1777 : 0o700);
}

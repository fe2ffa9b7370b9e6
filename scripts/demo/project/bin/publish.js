// Sends a built site to the live site and makes it the one that is served:
//   SITE_TOKEN=... node bin/publish.js FOLDER SITE_URL COMMIT
// Nothing changes for visitors until the last request, which switches to the whole release at once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, siteUrl, sha] = process.argv.slice(2);
if (!folder || !siteUrl || !sha) {
  console.error('usage: publish.js FOLDER SITE_URL COMMIT');
  process.exit(2);
}

async function send(method, path, body) {
  const response = await fetch(`${siteUrl}/releases/${sha}${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.SITE_TOKEN}` },
    body,
  });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
}

for (const name of readdirSync(folder)) {
  await send('PUT', `/files/${name}`, readFileSync(join(folder, name)));
}
await send('PUT', '/files/version.json', `${JSON.stringify({ sha })}\n`);
await send('POST', '/live');
console.log(`${siteUrl} serves ${sha}`);

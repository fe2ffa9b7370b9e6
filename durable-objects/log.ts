// One JSON line for each thing that happens, for `wrangler tail | jq`. The only place that writes to
// the console.
export function log(event: string, data: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ event, at: new Date().toISOString(), ...data }));
}

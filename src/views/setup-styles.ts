// How the pages of the set-up look: plain, in light and dark.
export const setupStyles = `
:root { color-scheme: light dark }
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1.25rem 4rem; font: 16px/1.5 system-ui, sans-serif }
label { display: block; margin: .75rem 0 } input, select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .35rem .5rem }
textarea, code, pre { font: 13px/1.45 ui-monospace, monospace } pre { overflow-x: auto; padding: .75rem; border: 1px solid }
button { font: inherit; padding: .4rem 1rem } small { display: block } .wrong { white-space: pre-wrap }
`;

// How the pages of the set-up look: plain, in light and dark.
export const setupStyles = `
:root { color-scheme: light dark; background: Canvas }
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1.25rem 4rem; font: 16px/1.5 system-ui, sans-serif }
.field { margin: .75rem 0 } label { display: block } input, select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .35rem .5rem }
textarea, code, pre { font: 13px/1.45 ui-monospace, monospace } pre { overflow-x: auto; padding: .75rem; border: 1px solid }
button { font: inherit; padding: .4rem 1rem } small { display: block } .wrong { white-space: pre-wrap }
a { color: light-dark(#0550ae, #6cb6ff) } small.wrong { color: light-dark(#b3261e, #ff9a93) } [aria-invalid] { border: 2px solid light-dark(#b3261e, #ff9a93) }
div.wrong { white-space: normal; padding: .25rem 1rem; border: 1px solid light-dark(#b3261e, #ff9a93); overflow-wrap: anywhere }
`;

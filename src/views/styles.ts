// The pages' only style sheet: plain, readable, light or dark as the reader prefers. Without quotation
// marks, which would be escaped on the way into the page.
export const styles = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #6a737d; --line: #d8dee4;
  --panel: #f6f8fa; --link: #0b5cad; --good: #1a7f37; --bad: #b42318; --wait: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0f1419; --soft: #9aa4ae;
  --line: #30363d; --panel: #171c22; --link: #6cb0ff; --good: #56d364; --bad: #ff8a80; --wait: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline;
  padding: .8rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--panel); }
.home { font-size: 1.2rem; font-weight: 700; color: inherit; text-decoration: none; }
.motto, .none, .who, time { color: var(--soft); }
main { max-width: 74rem; margin: 0 auto; padding: 1rem 1.2rem 3rem; }
h1 { font-size: 1.3rem; margin: 1.2rem 0 .4rem; } h2 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
a { color: var(--link); }
code { font: .88em ui-monospace, Menlo, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .4rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; white-space: nowrap; }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { white-space: nowrap; }
ul.reasons { margin: 0; padding-left: 1.1rem; } ul.reasons li + li { margin-top: .25rem; }
.next { color: var(--soft); }
.state { font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
.label { border: 1px solid var(--line); border-radius: 1em; padding: 0 .5em; font-size: .8rem; white-space: nowrap; }
details { margin: .4rem 0; } summary { cursor: pointer; }
pre { background: var(--panel); border: 1px solid var(--line); padding: .6rem .8rem; overflow-x: auto;
  font: .82em/1.45 ui-monospace, Menlo, monospace; max-height: 28rem; }
footer { max-width: 74rem; margin: 0 auto; padding: 0 1.2rem 2rem; color: var(--soft); font-size: .85rem; }
.banner { border-left: 4px solid var(--bad); background: var(--panel); padding: .5rem .8rem; margin: .6rem 0; }
`;

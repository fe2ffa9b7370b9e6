// @ts-check
// Keeps an open page up to date: a branch says that something has changed, the page is fetched again, and what differs is
// swapped by idiomorph. Every page works without any of this.

/** @typedef {{ morph(old: Element, fresh: Element, options: object): void }} Morph */
const { Idiomorph } = /** @type {{ Idiomorph: Morph }} */ (/** @type {unknown} */ (globalThis));

/** Changes come in bursts; one look is enough for all of one. */
const BURST_MS = 150;
const PAUSE_MS = 600;
const PING_EVERY_MS = 45_000;
const CONNECT_AGAIN_MS = 1_000;
const CONNECT_AGAIN_MAX_MS = 30_000;

const live = /** @type {HTMLElement} */ (document.getElementById('live'));
const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'));
const main = () => /** @type {HTMLElement} */ (document.querySelector('main'));
/** How far this machine's clock is from the server's. */
const skew = Number(document.body.dataset.now) - Date.now();

// --- times: relative ones go on, and each says what it is here -----------------------------------------------------

/** @param {number} ms */
function relative(ms) {
  const text = distance(Math.round(Math.abs(ms) / 1_000));
  return ms < 0 ? `in ${text}` : `${text} ago`;
}

/** @param {number} seconds */
function distance(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

function tellTimes() {
  for (const time of document.getElementsByTagName('time')) {
    const at = new Date(time.dateTime);
    if ('relative' in time.dataset) time.textContent = relative(Date.now() + skew - at.getTime());
    time.title = `${time.dateTime.slice(0, 19).replace('T', ' ')} UTC, here ${at.toLocaleString()}`;
  }
}

// --- swapping what differs ------------------------------------------------------------------------------------------

/** @param {Node} node */
const isTyped = (node) =>
  (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) &&
  (node.value !== node.defaultValue || node === document.activeElement);

/** @param {Node} node */
function isChosen(node) {
  if (!(node instanceof HTMLSelectElement)) return false;
  const first = [...node.options].findIndex(({ defaultSelected }) => defaultSelected);
  return node === document.activeElement || node.selectedIndex !== Math.max(first, 0);
}

const kept = {
  /** @param {Node} old */
  beforeNodeMorphed: (old) => !isTyped(old) && !isChosen(old),
  /** @param {Node} old */
  beforeNodeRemoved: (old) => !(old instanceof HTMLElement && old.id === 'flash'),
  /** @param {string} name @param {Node} node */
  beforeAttributeUpdated: (name, node) => !(name === 'open' && node instanceof HTMLDetailsElement),
};

const headline = () => main().querySelector('[data-announce]')?.textContent ?? '';

async function lookAgain() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  // Who is signed out is sent elsewhere; what is on the page stays readable. What is not there yet has a page, too.
  if (response.redirected || response.status >= 500) throw new Error(`${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const freshMain = fresh.querySelector('main');
  if (!freshMain) throw new Error('no page');
  const before = headline();
  Idiomorph.morph(main(), freshMain, { morphStyle: 'outerHTML', callbacks: kept });
  document.title = fresh.title;
  tellTimes();
  if (headline() !== before) announcer.textContent = headline();
}

let isLooking = false;
let isDue = false;

async function changed() {
  isDue = true;
  if (isLooking) return;
  isLooking = true;
  await wait(BURST_MS);
  let pause = PAUSE_MS;
  while (isDue) {
    isDue = false;
    try {
      await lookAgain();
      pause = PAUSE_MS;
      if (isConnected()) say('live');
    } catch {
      // Nobody may tell of another change, so it is looked at again.
      say('lost');
      isDue = true;
      pause = Math.min(pause * 2, CONNECT_AGAIN_MAX_MS);
    }
    await wait(pause);
  }
  isLooking = false;
}

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// --- hearing of changes, while somebody looks -----------------------------------------------------------------------

/** @type {Set<WebSocket>} */
const sockets = new Set();
const paths = (document.body.dataset.live ?? '').split(' ').filter((path) => path !== '');
/** Connections of an earlier round are nobody's any more. */
let round = 0;

const isConnected = () => [...sockets].some(({ readyState }) => readyState === WebSocket.OPEN);

/** @param {'live' | 'lost'} state */
function say(state) {
  live.hidden = false;
  live.dataset.state = state;
  live.textContent = state === 'live' ? 'Live' : 'Reconnecting';
}

/** @param {string} path */
function listen(path, pause = CONNECT_AGAIN_MS) {
  const mine = round;
  let next = Math.min(pause * 2, CONNECT_AGAIN_MAX_MS);
  const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')));
  sockets.add(socket);
  socket.onopen = () => {
    next = CONNECT_AGAIN_MS;
    say('live');
    // What happened while nobody listened, if only since the page was made.
    void changed();
  };
  socket.onmessage = ({ data }) => {
    if (data === 'changed') void changed();
  };
  socket.onclose = () => {
    sockets.delete(socket);
    if (mine !== round) return;
    say('lost');
    setTimeout(() => mine === round && listen(path, next), pause);
  };
}

function listenIfSeen() {
  round += 1;
  for (const socket of sockets) socket.close();
  if (!document.hidden) for (const path of paths) listen(path);
}

document.addEventListener('visibilitychange', listenIfSeen);
setInterval(() => {
  for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send('ping');
}, PING_EVERY_MS);

/** What no branch tells of, such as how jobs go, is asked for. */
let lookedAt = Date.now();
setInterval(() => {
  const every = Number(main().dataset.again ?? 0) * 1000;
  if (every === 0 || document.hidden || Date.now() - lookedAt < every) return;
  lookedAt = Date.now();
  void changed();
}, 1_000);

// --- the keyboard ---------------------------------------------------------------------------------------------------

document.addEventListener('keydown', (event) => {
  const at = event.target;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (at instanceof HTMLElement && at.closest('input, textarea, select')) return;
  event.preventDefault();
  const search = document.querySelector('input[type=search]');
  if (search instanceof HTMLInputElement) search.select();
  else location.href = '/prs#search';
});

const scrolled = new WeakSet();

/** What failed stands at the end of a log. */
function scrollLogs() {
  for (const log of document.querySelectorAll('details[open] > pre')) {
    if (!scrolled.has(log)) log.scrollTop = log.scrollHeight;
    scrolled.add(log);
  }
}
document.addEventListener('toggle', scrollLogs, true);

tellTimes();
scrollLogs();
setInterval(tellTimes, 10_000);
if (location.hash === '#search') document.querySelector('input')?.focus();
listenIfSeen();

/** Questions to the server. In an exported page the answers are inside the file, under the same addresses. */
const inside = document.getElementById('cairn-data');
const answers = inside && new Map(Object.entries(JSON.parse(inside.textContent)).map(([url, answer]) => [decodeURIComponent(url), answer]));
const kept = new Map();
const KEEP_AT_MOST = 400;

export const isExport = answers !== null;
export const runUrl = (run, rest = '') => `/api/run/${encodeURIComponent(run)}${rest}`;
/** Whether an answer can be had: a server is asked, an export knows. */
export const canAnswer = url => !isExport || answers.has(decodeURIComponent(url));
/** The address of a picture for an img element. */
export const pictureAt = url => isExport ? answers.get(decodeURIComponent(url)) : url;
export const forget = () => kept.clear();

/** The steps of a run that an exported page has; null with a server, which has all. */
export function stepsInside(run) {
  if (!isExport) return null;
  const start = decodeURIComponent(runUrl(run, '/at/'));
  return [...answers.keys()].filter(url => url.startsWith(start)).map(url => url.slice(start.length)).filter(rest => /^\d+$/.test(rest))
    .map(Number).sort((a, b) => a - b);
}

/** What the server refused, or could not do, in its own words. isOutdated: it was asked for something newer meanwhile. */
export class Refused extends Error {
  constructor(message, isOutdated = false) {
    super(message);
    this.isOutdated = isOutdated;
  }
}

/** An error, which a developer sees too where it is none that was to be expected. */
export function noted(error) {
  if (!(error instanceof Refused)) console.error(error);
  return error;
}

async function send(url, options) {
  const response = await fetch(url, options).catch(() => { throw new Refused('No answer. Is cairn still running in its terminal?'); });
  const body = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error || `The server answered ${response.status}.`, response.status === 409 && !options.method);
  return body;
}

export const post = (url, body) => send(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});

/** The answer to a question. Of the questions with one view, the server may drop all but the newest. */
export async function get(url, view) {
  if (!isExport) return send(view ? `${url}${url.includes('?') ? '&' : '?'}view=${view}` : url, {});
  if (!canAnswer(url)) throw new Refused('This is not in this file.');
  return answers.get(decodeURIComponent(url));
}

/** As get, for an answer that stays the same while the runs do: it is remembered. */
export async function getOnce(url, view) {
  if (!kept.has(url)) kept.set(url, await get(url, view));
  if (kept.size > KEEP_AT_MOST) kept.delete(kept.keys().next().value);
  return kept.get(url);
}

/** One stream of events. handlers: by the name of the event; linked says whether there is a connection. */
export function listen(handlers, linked) {
  const source = new EventSource('/api/events');
  source.onopen = () => linked(true);
  source.onerror = () => {
    linked(false);
    // A browser tries again by itself, except when the server refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000, handlers, linked);
  };
  for (const [name, handle] of Object.entries(handlers)) source.addEventListener(name, event => handle(JSON.parse(event.data)));
}

/** Work of which only the newest counts: of all that is wanted while one is done, only the last is done after it. */
export function newestWins(work) {
  let isWorking = false, next = null;
  return async wanted => {
    next = {wanted};
    if (isWorking) return;
    isWorking = true;
    while (next) {
      const now = next.wanted;
      next = null;
      await work(now, () => next !== null);
    }
    isWorking = false;
  };
}

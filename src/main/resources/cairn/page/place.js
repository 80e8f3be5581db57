/** What is shown, as it stands in the address after "#", so that a link brings it back. The server never sees it. */
const NAMES = ['run', 'step', 'picture', 'tensor', 'curves', 'log', 'layers', 'rows', 'beside', 'theme', 'speed'];

/** step is a number or "latest"; beside is RUN@STEP or RUN@same. */
export const place = {step: 'latest'};

export const writePlace = () => history.replaceState(null, '',
  '#' + new URLSearchParams(NAMES.filter(name => place[name] !== undefined).map(name => [name, place[name]])));

/** Reads an address. The token that came instead of a place, or with it, is given back, and is no longer in the address. */
export function readPlace(hash) {
  const text = new URLSearchParams(hash.slice(1)), token = /^#([\w-]{20,})$/.exec(hash)?.[1] ?? text.get('token');
  for (const name of NAMES) place[name] = text.get(name) || undefined;
  place.step = /^\d+$/.test(place.step ?? '') ? Number(place.step) : 'latest';
  if (token) writePlace();
  return token;
}

/** The run and the step of the other side; undefined without one. */
export function besidePlace() {
  const [, run, step] = /^(.*)@(\d+|same)$/.exec(place.beside ?? '') ?? [];
  return run && {run, step: step === 'same' ? step : Number(step)};
}

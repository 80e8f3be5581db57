/** The page: one slider, and what it shows. */
import { forget, get, isExport, listen, newestWins, noted, post, runUrl, stepsInside } from './api.js';
import { joined } from './curves.js';
import { branchDialog, explainDialog, killDialog, treeDialog } from './dialogs.js';
import { changesOf, drawLanes, drawTime } from './dock.js';
import { $, count } from './parts.js';
import { besidePlace, place, readPlace, writePlace } from './place.js';
import { makeView } from './view.js';

const MOST_OLD = 4;
const FOLLOW_MILLIS = 120;
const REST_MILLIS = 40;
const PAGE = Math.random().toString(36).slice(2, 8);
const infos = new Map(), curves = new Map(), newest = new Map();
/** awaited is a run that is being started, and has no folder yet. */
let state = {runs: [], recipes: [], readOnly: true}, views = [], isBusy = false, resting, resized, awaited;

const runOf = name => state.runs.find(run => run.name === name);
const newestOf = name => Math.max(newest.get(name) ?? 0, infos.get(name)?.newest ?? 0, runOf(name)?.newest ?? 0);
const family = () => state.runs.filter(run => run.root === runOf(place.run)?.root);
const looksOnly = () => isExport || state.readOnly;

const say = (words, isError = false) => Object.assign($('#said'), {textContent: words, className: isError ? 'error' : ''});
const fail = e => say(noted(e).message, true);

/** The nearest step that can be shown. */
function reachable(name, step) {
  const within = Math.min(newestOf(name), Math.max(infos.get(name)?.oldest ?? 0, step));
  const steps = stepsInside(name);
  return steps?.length ? steps.reduce((best, s) => Math.abs(s - within) < Math.abs(best - within) ? s : best) : within;
}
const stepHere = () => reachable(place.run, place.step === 'latest' ? Infinity : place.step);

async function info(name, isNew = false) {
  if (isNew || !infos.has(name)) infos.set(name, await get(runUrl(name)));
  return infos.get(name);
}

/** Gets the points of a run's curves that are not here yet; all of them, if steps were taken back or made again since. */
async function moreCurves(name) {
  const known = isExport ? undefined : curves.get(name), after = known ? Math.max(-1, known.last - 1) : -1;
  const ask = from => get(runUrl(name, `/curves?after=${from}&most=2000`)), more = await ask(after);
  const isOther = known && (more.last < known.last || JSON.stringify(more.marks) !== JSON.stringify(known.marks));
  if (known && more.last < known.last) newest.delete(name);
  curves.set(name, isOther && after >= 0 ? await ask(-1) : after < 0 ? more : {...more, curves: joined(known.curves, more.curves, after)});
}

const lastStep = () => Math.max(1, isExport ? 0 : infos.get(place.run)?.until ?? 0, newestOf(place.run),
  ...family().map(run => newestOf(run.name)));
function drawDock() {
  if (!infos.has(place.run)) return;
  drawTime(infos.get(place.run), newestOf(place.run), stepHere(), lastStep(), curves.get(place.run)?.marks ?? []);
  drawLanes(place.run, family(), newestOf, lastStep(), name => openRun(name));
}

function drawCurves() {
  const other = besidePlace()?.run;
  views.forEach((view, side) => {
    const here = side ? other : place.run, beside = side ? place.run : other;
    if (!curves.has(here)) return;
    const roles = new Map([...family().map(run => [run.name, 'old']), ...beside ? [[beside, 'beside']] : [], [here, 'here']]);
    const sources = [...roles].filter(([run]) => curves.has(run)).map(([run, role]) => ({run, role, answer: curves.get(run)}));
    view.drawCurves(sources, view.step ?? stepHere(), lastStep());
  });
}

/** Shows what the address says. */
async function show() {
  drawDock();
  const other = besidePlace(), step = stepHere();
  views[0].show(place.run, await info(place.run), step);
  if (other) views[1].show(other.run, await info(other.run), reachable(other.run, other.step === 'same' ? step : other.step));
}

/** Moves the slider. The server hears of it when the hand rests, and of one step at a time. */
function go(step) {
  const to = reachable(place.run, step);
  place.step = to >= newestOf(place.run) ? 'latest' : to;
  drawDock();
  clearTimeout(resting);
  resting = setTimeout(() => {
    writePlace();
    show().catch(fail);
  }, REST_MILLIS);
}

function layOut() {
  const roles = besidePlace() ? ['left', 'right'] : ['alone'];
  $('#hold').ariaPressed = String(roles.length > 1);
  if (views.length === roles.length) return;
  views = roles.map(role => makeView(role, `${PAGE}-${role}`, {choose, go, arrived: drawCurves, close: () => beside(undefined)}));
  $('#views').replaceChildren(...views.map(view => view.root));
  document.body.dataset.sides = roles.length;
}

function draw() {
  drawDock();
  drawCurves();
  views.forEach(view => view.again());
}
function choose(name, value) {
  place[name] = value;
  writePlace();
  draw();
}
function beside(at) {
  place.beside = at;
  return openRun(place.run);
}

async function openRun(name, step = place.step) {
  Object.assign(place, {run: name, step});
  layOut();
  writePlace();
  document.title = `${name} – Cairn`;
  $('#run-name').textContent = name;
  const run = runOf(name);
  const changes = run && changesOf(run) || 'nothing changed';
  $('#origin').textContent = run?.parent ? `branch of ${run.parent} at step ${count(run.from)}: ${changes}` : '';
  buttons();
  try {
    const other = besidePlace()?.run;
    await Promise.all([info(name, true), moreCurves(name), ...other && other !== name ? [info(other), moreCurves(other)] : []]);
    await show();
    drawCurves();
    const relatives = family().map(relative => relative.name).filter(relative => !curves.has(relative)).slice(0, MOST_OLD);
    for (const relative of relatives) await moreCurves(relative).catch(() => {});
    if (relatives.length) drawCurves();
  } catch (e) {
    fail(e);
  }
}

/** Which buttons can be pressed now; one that cannot says why. */
function buttons() {
  const run = runOf(place.run), isForeign = !!run?.training && !run.mine, runs = !!run?.training && run.mine;
  document.body.classList.toggle('only-looks', looksOnly());
  for (const button of document.querySelectorAll('[data-do]')) {
    const does = button.dataset.do, hasNone = does === 'kill' && !run?.mine;
    button.disabled = !run || isBusy || isForeign || hasNone;
    button.hidden = does === 'run' && runs || does === 'pause' && !runs;
    button.dataset.title ??= button.title;
    button.title = isForeign ? 'Another process trains this run' : hasNone ? 'Nothing runs: press Run first' : button.dataset.title;
  }
  for (const button of document.querySelectorAll('[data-of-run]')) button.disabled = !run;
  if ($('#link').dataset.lost !== 'yes') $('#link').textContent = run?.training ? 'training' : '';
}

async function refresh() {
  state = await get('/api/state');
  buttons();
}

/** Lets the server do something with a run. */
async function act(action, body = {}, run = place.run) {
  isBusy = true;
  buttons();
  try {
    const answer = await post(runUrl(run, '/do'), {action, ...body});
    say([answer.command, answer.input && `> ${answer.input}`, answer.message].filter(Boolean).join('   '));
    if (action === 'back') [curves, newest, infos].forEach(map => map.delete(run));
    forget();
    await refresh();
    return answer;
  } finally {
    isBusy = false;
    buttons();
  }
}

/** Steps a second; none is as fast as it can. */
const pace = () => ({speed: Number($('#speed').value) || undefined});

async function press(action, body) {
  if (action === 'kill') return killDialog(() => act('kill'));
  const step = action === 'pause' ? place.step : 'latest';
  return act(action, {back: {step: stepHere()}, run: pace()}[action] ?? body).then(answer => openRun(answer.run, step)).catch(fail);
}

async function branch(setting, value, name) {
  const {run} = await act('branch', {step: stepHere(), setting, value, name});
  await openRun(run, 'latest');
  await act('run', pace(), run);
}
const play = recipe => post('/api/play', {recipe, ...pace()}).then(({run}) => refresh().then(() => begin(run)));

/** Opens a run that has just been started, as soon as it is there. */
async function begin(run) {
  awaited = runOf(run) ? undefined : run;
  if (!awaited) {
    say('');
    return openRun(run, 'latest');
  }
  if (!place.run) $('#run-name').textContent = run;
  say(`Starting ${run} …`);
}
/** Shows what may have begun, or come to nothing, while nobody listened. */
const arrive = () => runOf(awaited) ? begin(awaited) : place.run && openRun(place.run);

const isDark = () => place.theme ? place.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
function theme(chosen = place.theme) {
  place.theme = chosen;
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  choose('theme', chosen);
}

const openTree = () => treeDialog(state, place.run,
  {open: name => openRun(name, 'latest'), beside: name => beside(`${name}@same`), play});
const openBranch = () => info(place.run).then(here => branchDialog(here, stepHere(), state.runs, branch)).catch(fail);
const hold = () => beside(place.beside ? undefined : `${place.run}@${stepHere()}`);
const explain = () => explainDialog(place.run, () => get(runUrl(place.run, '/explain')), go);

/** Some steps on or back; of an exported page, to the next step that it has. */
function move(by) {
  const steps = stepsInside(place.run), at = stepHere();
  go(steps ? steps[Math.min(steps.length - 1, Math.max(0, steps.indexOf(at) + Math.sign(by)))] : at + by);
}
const epoch = () => infos.get(place.run)?.stepsPerEpoch ?? 1;
const OF_SLIDER = {ArrowDown: () => move(-1), ArrowUp: () => move(1), PageUp: () => move(epoch()), PageDown: () => move(-epoch())};
const KEYS = {ArrowLeft: () => move(-1), ArrowRight: () => move(1), Home: () => go(0), End: () => go(Infinity),
  g: () => $('#to-step').select()};
/** The button that can be seen and has this key. */
const buttonOf = key => [...document.querySelectorAll('[aria-keyshortcuts]')].find(button => button.offsetParent
  && button.getAttribute('aria-keyshortcuts') === (key === ' ' ? 'Space' : key));
addEventListener('keydown', event => {
  const {target, key} = event, isSlider = target.id === 'slider';
  if (event.ctrlKey || event.altKey || event.metaKey || $('dialog[open]') || target.tagName === 'SELECT') return;
  if (target.tagName === 'INPUT' && !isSlider || key === ' ' && target.tagName === 'BUTTON') return;
  const button = buttonOf(key), does = (isSlider ? OF_SLIDER[key] : undefined) ?? KEYS[key] ?? (button && (() => button.click()));
  if (!does) return;
  event.preventDefault();
  does();
});

/** While a training runs: its newest numbers, as often as an eye can follow. */
const follow = newestWins(async name => {
  await moreCurves(name).catch(() => {});
  drawCurves();
  if (place.step === 'latest') await show().catch(fail);
  else drawDock();
  await new Promise(done => setTimeout(done, FOLLOW_MILLIS));
});
const again = newestWins(() => refresh().then(arrive).catch(() => {}));
const onNumbers = event => {
  newest.set(event.run, Math.max(event.step, newest.get(event.run) ?? 0));
  if ([place.run, besidePlace()?.run].includes(event.run)) follow(event.run);
};
const onDeath = event => {
  if ([awaited, place.run].includes(event.run) && !$('#killed').open) say(event.message, true);
  if (event.run === awaited) awaited = undefined;
  again();
};
function linked(isLinked) {
  Object.assign($('#link'), {textContent: isLinked ? '' : 'Connection lost. Trying again …'}).dataset.lost = isLinked ? '' : 'yes';
  // What happened before there was a connection, nobody has told.
  if (isLinked) again();
}

/** Shows what an address says. */
async function start(hash) {
  const token = readPlace(hash);
  theme();
  $('#speed').value = place.speed ?? 20;
  $('#speed').value ||= 20;
  if (token && !isExport) await post('/api/session', {token}).catch(fail);
  await refresh();
  if (!runOf(place.run) && state.open && !runOf(state.open)) return begin(state.open);
  if (!state.runs.length) return openTree();
  await openRun((runOf(place.run) ?? runOf(state.open) ?? state.runs.find(run => run.training) ?? state.runs[0]).name);
}

$('#slider').oninput = () => go(Number($('#slider').value));
$('#to').onsubmit = event => {
  event.preventDefault();
  const step = Number($('#to-step').value.replace(/\D/g, ''));
  $('#to-step').blur();
  if (step <= newestOf(place.run) || looksOnly()) go(step);
  else press('to', {step});
};
document.querySelectorAll('[data-do]').forEach(button => { button.onclick = () => press(button.dataset.do); });
const BUTTONS = {'open-tree': openTree, 'open-branch': openBranch, 'open-help': () => $('#help').showModal(), 'open-explain': explain, hold,
  theme: () => theme(isDark() ? 'light' : 'dark'), latest: KEYS.End};
for (const [id, does] of Object.entries(BUTTONS)) $('#' + id).onclick = () => does();
$('#speed').onchange = () => {
  choose('speed', $('#speed').value);
  if ($('[data-do=run]').hidden) press('run');
};
addEventListener('hashchange', event => start(new URL(event.newURL).hash).catch(fail));
addEventListener('resize', () => {
  clearTimeout(resized);
  resized = setTimeout(draw, FOLLOW_MILLIS);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme());
const EVENTS = {step: onNumbers, evaluated: onNumbers, runs: again, training: again, dead: onDeath};
start(location.hash).then(() => isExport || listen(EVENTS, linked)).catch(fail);

/** The dialogs: all runs, a branch, a kill. */
import { changesOf } from './dock.js';
import { $, commandLine, count, fill, make, text } from './parts.js';

/** Does what a form asks for and closes its dialog, or says in it why not. */
function onSubmit(dialog, does) {
  const form = $('form:not([method])', dialog), note = $('.note', dialog), button = $('button.main', dialog);
  note.textContent = '';
  form.onsubmit = async event => {
    event.preventDefault();
    button.disabled = true;
    await does().then(() => dialog.close(), error => { note.textContent = error.message; });
    button.disabled = false;
  };
  if (!dialog.open) dialog.showModal();
}

/** The tree of runs. open(name) shows a run, beside(name) shows it on the other side, play(recipe) starts one. */
export function treeDialog(state, current, { open, beside, play }) {
  const dialog = $('#tree');
  const pick = does => () => [dialog.close(), does()];
  $('#runs').replaceChildren(...state.runs.map(run => {
    const words = run.parent ? `from step ${count(run.from)}: ${changesOf(run) || 'nothing changed'}` : run.recipe;
    const row = make('div', {role: 'listitem', className: 'node'},
      make('button', {type: 'button', className: 'run', ariaCurrent: String(run.name === current), onclick: pick(() => open(run.name))},
        text('b', run.name), text('small', words), text('em', run.training ? 'training' : run.paused ? 'paused' : ''),
        text('span', run.newest === null ? 'not begun' : `${count(run.newest)} steps`)),
      make('button', {type: 'button', className: 'quiet', textContent: 'beside', ariaLabel: `Show ${run.name} beside`,
        disabled: run.name === current, onclick: pick(() => beside(run.name))}));
    row.style.setProperty('--depth', run.depth);
    return row;
  }));
  $('#recipes').replaceChildren(...state.recipes.map(name => text('option', name)));
  onSubmit(dialog, () => play($('#recipes').value));
}

const SETTINGS = {'optimizer.learning-rate': 'learning rate', seed: 'seed', 'optimizer.rule': 'optimizer', 'data.without': 'a row left out',
  'data.batch-size': 'batch size'};

/** Asks what a new run should change; branch(setting, value, name) makes it. */
export function branchDialog(info, step, runs, branch) {
  const [setting, value, name] = ['#setting', '#value', '#branch-name'].map(id => $(id)), first = Object.keys(SETTINGS);
  const rank = key => first.includes(key) ? first.indexOf(key) : first.length;
  setting.replaceChildren(...[...new Set([...Object.keys(info.settings), 'data.without'])].sort((a, b) => rank(a) - rank(b))
    .map(key => make('option', {value: key, textContent: SETTINGS[key] ?? key})));
  setting.onchange = () => {
    $('#now').textContent = `now ${info.settings[setting.value] || 'none'}`;
    const base = `${info.name}-${(SETTINGS[setting.value] ?? setting.value).replace(/[^a-z]+/gi, '-')}`;
    value.value = '';
    name.value = base;
    for (let n = 2; runs.some(run => run.name === name.value); n++) name.value = `${base}-${n}`;
  };
  setting.onchange();
  $('#branch-step').textContent = count(step);
  onSubmit($('#branch'), () => branch(setting.value, value.value.trim(), name.value.trim()));
  value.focus();
}

/** Shows what may be wrong with a run: the evidence, where to see it, and what to try. get asks for it, go moves the slider. */
export async function explainDialog(run, get, go) {
  const dialog = $('#explain');
  const advice = ({why, before, command}) => make('li', {}, text('span', [why, before].filter(Boolean).join(': ')), commandLine(command));
  $('#explain-title').textContent = `What is wrong with ${run}?`;
  fill(dialog, () => text('p', '…', 'dim'));
  dialog.showModal();
  await get().then(({findings, command}) => fill(dialog, () => findings.length ? findings.map(finding => {
    const to = make('button', {type: 'button', onclick: () => [dialog.close(), go(finding.step)]}, `see step ${count(finding.step)}`);
    const head = make('h3', {}, finding.title, finding.layer ? ` in ${finding.layer} ` : ' ', text('small', finding.certainty), to);
    return make('article', {className: 'finding'}, head, text('p', finding.text),
      make('ul', {className: 'evidence'}, ...finding.evidence.map(words => text('li', words))),
      make('ul', {}, ...[...finding.see ?? [], ...finding.next ?? []].map(advice)));
  }) : text('p', 'Nothing found in what it has recorded, and in its data.', 'good'), command),
  error => fill(dialog, () => text('p', error.message, 'error')));
}

/** Shows that a run is being killed, then both digests. */
export async function killDialog(kill) {
  const body = $('#killed-body'), title = $('#killed-title');
  title.textContent = 'Killing the training …';
  body.replaceChildren(text('p', '…', 'big'));
  $('#killed').showModal();
  try {
    const {before, after, equal, message, command} = await kill();
    const line = (words, {step, digest} = {}) => make('p', {className: 'pair'}, text('span', `${words}, step ${count(step)}`),
      make('code', {textContent: digest.slice(0, 32), title: digest}));
    title.textContent = equal ? 'Killed, resumed, and the same to the last bit' : 'Killed and resumed: not the same';
    body.replaceChildren(line('before', before), line('after', after),
      equal ? text('p', '✓ equal', 'big equal') : text('p', '✗ different', 'big different'), text('p', message), text('pre', command));
  } catch (e) {
    title.textContent = 'Not done';
    body.replaceChildren(text('p', e.message, 'error'));
  }
}

/** The foot of the page: the time slider, the lanes of related runs over it, and the steps that are stored. */
import { stepsInside } from './api.js';
import { $, count, ink, make, pencilOn, text } from './parts.js';

const THUMB = 26;

/** The changes of a branch in few words. */
export const changesOf = run => run.changes.map(change => change.replace(/^optimizer\./, '').replace('->', '→')).join(', ');

/** One lane for each run of a family: where it begins, how far it is, and what it changed. */
export function drawLanes(name, family, newestOf, last, choose) {
  const wide = part => `calc((100% - ${THUMB}px) * ${part})`, left = step => `calc(${THUMB / 2}px + (100% - ${THUMB}px) * ${step / last})`;
  $('#lanes').hidden = family.length < 2;
  $('#lanes').replaceChildren(...family.map((run, i) => {
    const from = run.from ?? 0, parent = family.findIndex(other => other.name === run.parent);
    const line = make('i', {className: 'line'}), drop = make('i', {className: 'drop', hidden: parent < 0});
    Object.assign(line.style, {left: left(from), width: wide(Math.max(0, newestOf(run.name) - from) / last)});
    drop.style.left = left(from);
    drop.style.setProperty('--lanes', i - parent);
    const words = changesOf(run);
    return make('button', {type: 'button', className: 'lane', title: `${run.name} ${words}`, ariaPressed: String(run.name === name),
      onclick: () => choose(run.name)}, text('span', i ? '' : 'runs', 'from'), make('span', {className: 'rail'}, line, drop),
    make('span', {className: 'label'}, run.name + ' ', text('small', words)));
  }));
}

/** The time of a run: which steps are there, which are stored, what happened, and where the slider is. */
export function drawTime(info, newest, step, last, marks) {
  const slider = $('#slider'), until = info.until > newest && last > newest ? ` of ${count(info.until)}` : '';
  slider.max = last;
  if (Number(slider.value) !== step) slider.value = step;
  slider.setAttribute('aria-valuetext', `step ${step} of ${newest}`);
  $('#step').value = count(step);
  $('#newest').replaceChildren(text('b', count(newest)), `${until} steps trained`);
  const {clientWidth: width, clientHeight: height} = slider, middle = height / 2, pencil = pencilOn($('#ticks'), width, height);
  const x = at => THUMB / 2 + (width - THUMB) * at / last;
  const bar = (from, to, colour) => {
    pencil.fillStyle = colour;
    pencil.fillRect(x(from), middle - 4, x(to) - x(from), 8);
  };
  bar(0, last, ink('rule'));
  bar(info.oldest, newest, ink('train'));
  pencil.fillStyle = ink('text');
  for (const stored of stepsInside(info.name) ?? info.stored) pencil.fillRect(x(stored) - 1, middle + 9, 2, 8);
  pencil.fillStyle = ink('mark');
  for (const mark of marks) {
    pencil.beginPath();
    for (const [dx, y] of [[-5, 0], [5, 0], [0, 8]]) pencil.lineTo(x(mark.step) + dx, y);
    pencil.fill();
  }
}

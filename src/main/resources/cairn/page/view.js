/** One side of the page: a run at a step, with all its pictures. */
import { canAnswer, getOnce, newestWins, noted, runUrl } from './api.js';
import { curvesIn, kindsOf } from './curves.js';
import { boundary, confusion, hardest, layerBars, tensor } from './pictures.js';
import { $, count, fill, make, measure, tabs, text } from './parts.js';
import { place } from './place.js';

const CURVES = {loss: 'Loss', measure: 'Measures', rate: 'Rate', norm: 'Gradient', statistic: 'Layers'};
const ROWS = {worst: 'Worst', wrong: 'Wrong'};
const PATIENCE_MILLIS = 250;
const ROWS_MILLIS = 1500;
const boundaryUrl = at => `${at}/boundary?cells=48`;
const rowsUrl = (at, part, choice) => `${at}/rows?part=${part}&choice=${choice}&count=10`;
const tensorUrl = (at, path) => `${at}/tensor?path=${encodeURIComponent(path)}`;

/** choose(name, value) changes what is shown; go(step) moves the slider; arrived() hears of every step that was reached. */
export function makeView(role, name, { choose, go, arrived, close }) {
  const root = $('#view').content.cloneNode(true).firstElementChild;
  const panel = kind => $('.' + kind, root);
  const drawCurves = curvesIn(panel('curves'), go);
  const view = {root, step: null};
  let rowsAt = 0;
  root.dataset.role = role;
  $('.close', root).onclick = close;

  function numbers(answer) {
    const epoch = answer.step / view.info.stepsPerEpoch;
    panel('place').replaceChildren(...role === 'alone' ? [] : [text('b', view.run)], text('span', `step ${count(answer.step)}`),
      text('small', `epoch ${Number.isInteger(epoch) ? epoch : epoch.toFixed(2)}`));
    const shown = Object.entries(answer.measures).slice(0, innerWidth > 1500 ? 3 : 2);
    panel('measures').replaceChildren(...shown.map(([name, {value, low, high}]) => make('p', {className: 'measure'},
      text('b', measure(name, value)), text('span', name),
      text('small', Number.isFinite(low) ? `${measure(name, low).replace(' %', '')} – ${measure(name, high)}` : ''))));
  }

  function proof({digest, recorded, equal, replayed, from, command}) {
    const [sign, kind, words] = equal === true ? ['✓', 'equal', 'equals the recorded']
      : equal === false ? ['✗', 'different', `recorded: ${recorded.slice(0, 12)}`] : ['', 'unknown', 'not recorded here'];
    $('.proof', root).textContent = sign;
    panel('digest').dataset.proof = kind;
    Object.assign($('code', panel('digest')), {textContent: digest.slice(0, 12), title: digest});
    const made = replayed ? `${count(replayed)} step${replayed === 1 ? '' : 's'} made again from ${count(from)}` : 'nothing made again';
    fill(panel('digest'), () => [text('span', words), text('small', made)], command);
  }

  const nothing = where => fill(panel(where), () => text('p', 'Nothing here at this step.', 'dim'));

  /** Draws into a panel one of several choices. */
  async function choice(where, choices, draw) {
    if (!choices.length) return nothing(where);
    const chosen = choices.find(([name]) => name === place[where])?.[0] ?? choices[0][0];
    tabs(panel(where), choices, chosen, value => choose(where, value));
    try {
      await draw(chosen);
    } catch (e) {
      if (!noted(e).isOutdated) fill(panel(where), () => text('p', e.message, 'error'));
    }
  }

  function main(at) {
    const tensors = view.info.tensors.filter(t => canAnswer(tensorUrl(at, t.path)));
    const choices = [...view.info.kind === 'points' && canAnswer(boundaryUrl(at)) ? [['boundary', 'Boundary']] : [],
      ...tensors.length ? [['weights', 'Weights']] : []];
    return choice('picture', choices, async chosen => {
      if (chosen === 'boundary') {
        const answer = await getOnce(boundaryUrl(at), name);
        const size = body => Math.max(110, Math.min(body.clientWidth, body.clientHeight - 28));
        return fill(panel('picture'), body => boundary(answer, size(body)), answer.command);
      }
      const path = (tensors.find(t => t.path === place.tensor) ?? tensors.find(t => t.shape.length > 1) ?? tensors[0]).path;
      const answer = await getOnce(tensorUrl(at, path), name);
      const paths = make('select', {ariaLabel: 'Tensor', onchange: () => choose('tensor', paths.value)},
        ...tensors.map(t => make('option', {value: t.path, textContent: t.path, selected: t.path === path})));
      fill(panel('picture'), body => [paths, ...tensor(answer, body.clientWidth, body.clientHeight - 36)], answer.command);
    });
  }

  const reach = newestWins(async ({run, info, step}, isOutdated) => {
    const waiting = setTimeout(() => root.classList.add('waiting'), PATIENCE_MILLIS);
    try {
      const at = runUrl(run, `/at/${step}`), answer = await getOnce(at, name);
      Object.assign(view, {run, info, step});
      root.dataset.kind = info.kind;
      numbers(answer);
      proof(answer);
      arrived();
      if (answer.confusion) fill(panel('confusion'), () => confusion(answer.confusion), answer.confusion.command);
      else nothing('confusion');
      await choice('layers', answer.layers.map(({kind, title}) => [kind, title]), chosen => {
        const layers = answer.layers.find(({kind}) => kind === chosen);
        fill(panel('layers'), () => layerBars(layers), layers.command);
      });
      await main(at);
      // While a slider is dragged or a training runs, the rows, which are read and not looked at, wait a little.
      if (isOutdated() && performance.now() < rowsAt + ROWS_MILLIS) return;
      rowsAt = performance.now();
      await choice('rows', Object.entries(ROWS).filter(([c]) => canAnswer(rowsUrl(at, answer.part, c))), async chosen => {
        const rows = await getOnce(rowsUrl(at, answer.part, chosen), name);
        fill(panel('rows'), () => hardest(rows), rows.command);
      });
    } catch (e) {
      if (!noted(e).isOutdated) panel('measures').replaceChildren(text('p', e.message, 'error'));
    } finally {
      clearTimeout(waiting);
      root.classList.remove('waiting');
    }
  });

  /** Goes to a step; of many that are wanted at once only the newest is reached. */
  view.show = (run, info, step) => reach({run, info, step});

  /** Draws the pictures of the step again: another choice, another size, another theme. */
  view.again = () => view.run && reach(view);

  /** sources: [{run, answer, role: 'here' | 'beside' | 'old'}] */
  view.drawCurves = (sources, step, last) => {
    const kinds = kindsOf(sources.find(source => source.role === 'here').answer).map(kind => [kind, CURVES[kind] ?? kind]);
    return choice('curves', kinds.sort(([a], [b]) => (b === 'loss') - (a === 'loss')), kind => {
      panel('of-curves').append(make('button', {type: 'button', textContent: 'log', className: 'apart', ariaPressed: String(!!place.log),
        onclick: () => choose('log', place.log ? undefined : '1')}));
      drawCurves(sources, kind, !!place.log, step, last);
    });
  };
  return view;
}

/** The curves of a run, with those of its relatives in grey under them, by uPlot. */
import { $, count, digits, fill, ink, isShare, make, measure, text } from './parts.js';

const MANY = 200;
const FEW = 40;
const LEVEL = {old: 0, beside: 1, here: 2};
const OTHERS = ['#009E73', '#CC79A7', '#E69F00', '#56B4E9'];

/** Curves, with the points of more in the place of their own after a step. */
export function joined(curves, more, after) {
  const all = new Map(curves.map(curve => [curve.name, curve]));
  for (const curve of more) {
    const old = all.get(curve.name) ?? {steps: [], values: []}, now = {...curve};
    const until = old.steps.findLastIndex(step => step <= after) + 1;
    for (const part of ['steps', 'values', ...old.low || curve.low ? ['low', 'high'] : []]) {
      const of = c => c[part] ?? c.steps.map(() => null);
      now[part] = [...of(old).slice(0, until), ...of(curve)];
    }
    all.set(curve.name, now);
  }
  return [...all.values()];
}

export const kindsOf = answer => [...new Set(answer.curves.filter(curve => curve.steps.length).map(curve => curve.kind))];

/** The lines of a kind: of relatives one in grey, of the run beside one dashed, of this run all. */
function linesOf(sources, kind) {
  const lines = sources.flatMap(({run, role, answer}) => {
    const all = answer.curves.filter(curve => curve.kind === kind && curve.steps.length);
    const main = all.filter(curve => /^(validation|evaluation)/.test(curve.name))[0] ?? all[0];
    return (role === 'here' ? all : [main].filter(Boolean)).map(curve => ({...curve, run, role}));
  });
  const names = [...new Set(lines.map(line => line.name))].filter(name => !/^train|loss$/.test(name));
  for (const line of lines) {
    const colour = /^(evaluation|validation).*loss$/.test(line.name) ? ink('validation') : /^train/.test(line.name) ? ink('train')
      : [ink('validation'), ink('train'), ...OTHERS][names.indexOf(line.name) % 6];
    line.colour = line.role === 'old' ? ink('old') : colour;
  }
  return lines.sort((a, b) => LEVEL[a.role] - LEVEL[b.role]);
}

function series({name, role, steps, colour}) {
  const isThin = role === 'old' || /^train.(loss|accuracy)$/.test(name) || steps.length > MANY;
  return {label: name, stroke: isThin && role !== 'old' ? colour + '99' : colour, width: isThin ? 1.2 : 2.6, spanGaps: true,
    dash: role === 'beside' ? [7, 5] : undefined, points: {show: steps.length < FEW && role === 'here' && !isThin, size: 6, fill: colour}};
}

/** The last value that is known at a step, and of which step it is. */
const valueAt = ({name, steps, values}, step, i = steps.findLastIndex(s => s <= step)) =>
  [text('b', measure(name, values[i] ?? null)), i >= 0 && steps[i] !== step ? ' at ' + count(steps[i]) : ''];

/** A function that draws into a panel, anew only where it must. */
export function curvesIn(panel, go) {
  const legend = make('ul', {className: 'legend'}), holder = make('div', {className: 'plot', role: 'img'});
  let plot, lines = [], marks = [], at = 0, shape = '';

  function says(isLog) {
    const old = [...new Set(lines.filter(line => line.role === 'old').map(line => line.run))];
    legend.replaceChildren(...lines.filter(line => line.role !== 'old').map(line => {
      const key = make('i', {className: line.role});
      key.style.borderTopColor = line.colour;
      return make('li', {}, key, line.label + ' ', ...valueAt(line, at),
        line.role === 'beside' ? ' ' + line.run : '');
    }));
    const related = old[0] + (old.length > 1 ? ` and ${old.length - 1} more` : '');
    if (old.length) legend.append(make('li', {className: 'dim'}, make('i', {className: 'old'}), related));
    if (isLog && lines.some(line => line.values.some(v => v <= 0))) legend.append(make('li', {className: 'dim'}, '0 has no place here'));
  }

  function upright({ctx, bbox, valToPos}, step, colour, dash) {
    const x = Math.round(valToPos(step, 'x', true));
    ctx.save();
    Object.assign(ctx, {strokeStyle: colour, lineWidth: 2 * devicePixelRatio});
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  /** sources: [{run, answer, role}]; last is the end of the axis of steps. */
  function draw(sources, kind, isLog, step, last) {
    const own = sources.find(source => source.role === 'here').answer;
    [lines, marks, at] = [linesOf(sources, kind), own.marks, step];
    says(isLog);
    if (!holder.isConnected || $('.command code', panel)?.textContent !== own.command) fill(panel, () => [holder, legend], own.command);
    const all = [{}], bands = [], tables = [], drawn = v => isLog && !(v > 0) ? null : v;
    const add = (line, values, options) => all.push(options) && tables.push([line.steps, values.map(drawn)]);
    for (const line of lines) {
      add(line, line.values, series(line));
      if (!line.low || line.role !== 'here') continue;
      for (const end of [line.low, line.high]) add(line, end, {width: 0, points: {show: false}, spanGaps: true});
      bands.push({series: [all.length - 1, all.length - 2], fill: line.colour + '2e'});
    }
    const data = tables.length ? uPlot.join(tables) : [[]];
    const size = {width: Math.floor(holder.clientWidth) || 400, height: Math.floor(holder.clientHeight) || 200};
    const looks = lines.map(l => [l.run, l.name, l.role, l.colour, l.steps.length > MANY, l.steps.length < FEW, !!l.low]);
    const now = JSON.stringify([looks, kind, isLog, size, last]);
    const here = lines.filter(line => line.role === 'here'), names = here.map(line => line.label).join(', ');
    const [from, to] = [Math.min(...here.map(line => line.steps[0])), Math.max(...here.map(line => line.steps.at(-1)))];
    holder.ariaLabel = `Curves from step ${from} to ${to}: ${names}`;
    if (plot && now === shape) return plot.setData(data);
    plot?.destroy();
    shape = now;
    const axis = {stroke: ink('dim'), grid: {stroke: ink('rule'), width: 1}, ticks: {show: false}, font: '12px system-ui, sans-serif'};
    const label = v => v === null ? '' : lines.some(line => isShare(line.name)) ? `${Math.round(100 * v)} %` : digits(v);
    plot = new uPlot({
      ...size, series: all, bands, padding: [8, 22, 0, 0], legend: {show: false},
      scales: {x: {time: false, range: [0, Math.max(1, last)]}, y: isLog ? {distr: 3} : {}},
      axes: [{...axis, size: 26, values: (u, ticks) => ticks.map(count)}, {...axis, size: 54, values: (u, ticks) => ticks.map(label)}],
      cursor: {y: false, drag: {x: false, y: false}, points: {show: false},
        bind: {click: u => () => go(Math.round(u.posToVal(u.cursor.left, 'x')))}},
      hooks: {draw: [u => {
        for (const mark of marks) upright(u, mark.step, ink('mark'), [3, 5]);
        upright(u, at, ink('now'), []);
      }]},
    }, data, holder);
  }

  return draw;
}

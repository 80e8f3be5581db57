/** What a step looks like: the plane of two features, mistakes, layers, weights, rows. */
import { pictureAt } from './api.js';
import { classColour, digits, ink, make, measure, pencilOn, rgb, text } from './parts.js';

/** The classes of a plane by colour, stronger where the model is surer, and the rows on it; each class has a shape too. */
export function boundary({classes, cells, probability, rows, x: [left, right], y: [bottom, top]}, size) {
  const element = make('canvas', {role: 'img', ariaLabel: `Decision boundary of ${(classes ?? []).join(', ')}`});
  const pencil = pencilOn(element, size, size), field = make('canvas', {width: cells, height: cells}), image = new ImageData(cells, cells);
  const paper = rgb(ink('paper')), least = 1 / Math.max(2, classes?.length ?? 2);
  for (let cell = 0; cell < cells * cells; cell++) {
    const [index, p] = [probability[2 * cell], probability[2 * cell + 1]];
    const strength = index < 0 || p === null ? 0 : 0.08 + 0.55 * Math.max(0, (p - least) / (1 - least));
    const colour = rgb(classColour(index));
    // Cell 0 is at the bottom left.
    const at = 4 * ((cells - 1 - Math.floor(cell / cells)) * cells + cell % cells);
    for (let c = 0; c < 3; c++) image.data[at + c] = paper[c] + (colour[c] - paper[c]) * strength;
    image.data[at + 3] = 255;
  }
  field.getContext('2d').putImageData(image, 0, 0);
  pencil.imageSmoothingQuality = 'high';
  pencil.drawImage(field, 0, 0, size, size);
  const r = Math.max(2, size / 150);
  pencil.strokeStyle = '#ffffff';
  for (const [x, y, label, part] of rows) {
    if (part === 'test') continue;
    const px = (x - left) / (right - left) * size, py = size - (y - bottom) / (top - bottom) * size;
    pencil.beginPath();
    if (label % 3 === 1) pencil.rect(px - r, py - r, 2 * r, 2 * r);
    else if (label % 3 === 0) pencil.arc(px, py, r, 0, 7);
    else for (const [dx, dy] of [[0, -1.4], [1.3, 1], [-1.3, 1], [0, -1.4]]) pencil.lineTo(px + dx * r, py + dy * r);
    pencil.fillStyle = classColour(label);
    pencil.fill();
    pencil.stroke();
  }
  const legend = (classes ?? []).map((name, i) => make('li', {}, make('i', {className: `dot shape${i % 3} class${i % 10}`}), name));
  return [element, make('ul', {className: 'legend'}, ...legend)];
}

/** True classes in rows, predictions in columns: what is right in blue, mistakes in orange. */
export function confusion({classes, counts}) {
  const isSmall = classes.length > 12, isMany = classes.length > 5;
  const head = (name, scope) => make('th', {scope, title: name, textContent: isSmall ? '' : isMany ? name.slice(0, 3) : name});
  const rows = counts.map((row, i) => make('tr', {}, head(classes[i], 'row'), ...row.map((n, j) => {
    const share = n / Math.max(1, row.reduce((a, b) => a + b, 0)), isRight = i === j;
    const cell = make('td', {textContent: isSmall ? '' : n || '', title: `${n} rows of ${classes[i]}, predicted ${classes[j]}`});
    const strength = isRight ? 0.2 + 0.8 * share : Math.min(1, 0.25 + 3 * share);
    if (n) cell.style.backgroundColor = `rgba(${rgb(isRight ? '#0072B2' : '#D55E00')},${strength})`;
    if (n && strength > 0.6) cell.className = 'full';
    return cell;
  })));
  return make('table', {className: `matrix ${isSmall ? 'small' : isMany ? 'many' : ''}`}, text('caption', 'true ↓   predicted →'),
    make('tr', {}, make('td'), ...classes.map(name => head(name, 'col'))), ...rows);
}

/** One bar for each layer. */
export function layerBars({kind, from, to, values}) {
  const part = v => from ? Math.log(v / from) / Math.log(to / from) : v / to;
  return make('ul', {className: 'bars', title: from ? `from ${from} to ${to}, each power of ten equally wide` : 'a share of the units'},
    ...Object.entries(values).map(([layer, value]) => {
      const bar = make('i');
      bar.style.width = `${Math.round(100 * Math.min(1, Math.max(0, part(value ?? 0))))}%`;
      return make('li', {}, text('span', layer), make('div', {}, bar), text('b', measure(kind, value)));
    }));
}

/** How often which value, and the tiles of weights that can be seen as images; where there is little room, these alone. */
export function tensor({path, shape, mean, deviation, min, max, histogram: {edges, counts}, tiles}, width, room) {
  const height = tiles ? Math.min(110, room / 3) : room - 40, bottom = height - 20, most = Math.max(1, ...counts);
  const element = make('canvas', {role: 'img', ariaLabel: `Histogram of ${path}`}), pencil = pencilOn(element, width, height);
  const x = v => (v - edges[0]) / (edges[edges.length - 1] - edges[0] || 1) * (width - 8) + 4, tall = n => n / most * (bottom - 6);
  pencil.fillStyle = ink('train');
  counts.forEach((n, i) => pencil.fillRect(x(edges[i]), bottom - tall(n), Math.max(1, x(edges[i + 1]) - x(edges[i]) - 1), tall(n)));
  Object.assign(pencil, {fillStyle: ink('dim'), font: '12px system-ui, sans-serif'});
  for (const [align, value, at] of [['left', min, 4], ['right', max, width - 4], ...min < 0 && max > 0 ? [['center', 0, x(0)]] : []]) {
    pencil.textAlign = align;
    pencil.fillText(digits(value), at, bottom + 15);
  }
  const facts = make('p', {className: 'facts'}, `${shape.join(' × ')}   mean `, text('b', digits(mean)),
    '   deviation ', text('b', digits(deviation)));
  const images = tiles ? [make('img', {src: pictureAt(tiles), className: 'tiles', alt: `Weights of ${path} as images`})] : [];
  return [...images, ...tiles && room < 200 ? [] : [element, facts]];
}

/** The rows that the model finds hardest: as images where they are images, otherwise as a table. */
export function hardest({rows, sheet}) {
  if (!rows.length) return text('p', 'None.', 'good');
  const words = rows.map(r => `row ${r.row} is ${r.label}, predicted ${r.prediction}`).join('; ');
  if (sheet) return make('img', {src: pictureAt(sheet), className: 'sheet', alt: words});
  const sure = ({probability: p}) => p === null || p === undefined ? '' : ` ${Math.round(100 * p)} %`;
  return make('table', {className: 'list'}, make('tr', {}, ...['row', 'is', 'predicted', 'loss'].map(name => text('th', name))),
    ...rows.map(r => make('tr', {className: r.label === r.prediction ? '' : 'wrong'},
      text('td', r.row), text('td', r.label), make('td', {}, r.prediction, text('small', sure(r))), text('td', digits(r.loss)))));
}

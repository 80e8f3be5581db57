/** Small parts of the page: elements, numbers as text, commands, colours. Names of files and runs come in as text, never as HTML. */
export const $ = (selector, from = document) => from.querySelector(selector);

/** A new element with properties, and children that are elements or text. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) key in element ? element[key] = value : element.setAttribute(key, value);
  element.append(...children);
  return element;
}
export const text = (name, words, className = '') => make(name, {textContent: words, className});

export const count = n => Number(n).toLocaleString('en-US');

/** Three digits that count. */
export function digits(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5)) return value.toExponential(1).replace('e+', 'e');
  return size >= 1000 ? count(Math.round(value)) : Number(value.toPrecision(3)).toString();
}

const SHARES = /accuracy|f1|top-|precision|recall|dead|saturated|auc/;
export const isShare = name => SHARES.test(name);
/** A measure as people read it: shares in percent. */
export const measure = (name, value) => isShare(name) && value !== null ? `${(100 * value).toFixed(1)} %` : digits(value);

export function commandLine(command) {
  const button = make('button', {type: 'button', className: 'copy', textContent: 'Copy', ariaLabel: 'Copy the command ' + command});
  button.onclick = async () => {
    await navigator.clipboard.writeText(command);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  };
  return make('p', {className: 'command'}, make('code', {textContent: command, title: command}), button);
}

/** Shows a picture in a panel, and under it the command that makes it; draw may ask the body for its size. */
export function fill(panel, draw, command) {
  $(':scope > .command', panel)?.remove();
  if (command) panel.append(commandLine(command));
  $('.body', panel).replaceChildren(...[draw($('.body', panel))].flat());
}

/** Buttons of which one is chosen, in the head of a panel. choices: [value, label]. */
export function tabs(panel, choices, chosen, choose) {
  $('.tabs', panel).replaceChildren(...choices.map(([value, label]) => make('button',
    {type: 'button', textContent: label, ariaPressed: String(value === chosen), onclick: () => choose(value)})));
}

/** The colours of Okabe and Ito, which colour-blind people can tell apart; neighbours also differ in grey. */
const CLASSES = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#F0E442', '#777777', '#004C7A', '#8A5F00'];
export const classColour = index => CLASSES[Math.max(0, index) % CLASSES.length];
export const rgb = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
/** A colour of the style sheet, as it is in dark or light. */
export const ink = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

/** A pencil on a canvas of a size in points, sharp on every screen. */
export function pencilOn(element, width, height) {
  const scale = devicePixelRatio || 1;
  Object.assign(element, {width: width * scale, height: height * scale});
  Object.assign(element.style, {width: width + 'px', height: height + 'px'});
  const pencil = element.getContext('2d');
  pencil.scale(scale, scale);
  return pencil;
}

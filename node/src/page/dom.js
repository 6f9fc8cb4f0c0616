// Elements. Whatever is shown becomes text, never HTML: names, reasons and events are anybody's.

/** An element: `el('a', { href: '#/' }, 'home')`. Attributes that begin with `on` are listeners; children may be text,
 *  elements, lists of these, or nothing. */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...parts(children));
  return element;
}

/** Puts these children in place of the ones that are there. */
export function put(element, ...children) {
  element.replaceChildren(...parts(children));
  return element;
}

function parts(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Makes the children of a list those of `items`. An item that was there with the same key keeps its element, so that what
 *  somebody points at or has the keyboard on stays where it is. */
export function fill(list, items, key, make) {
  const there = new Map();
  for (const child of list.children) there.set(child.dataset.key, child);
  const wanted = items.map((item) => {
    const name = key(item);
    const element = there.get(name) ?? make(item);
    element.dataset.key = name;
    there.delete(name);
    return element;
  });
  for (const child of there.values()) child.remove();
  wanted.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}

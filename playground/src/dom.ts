// Small things for the page.

/** The element with this id, which index.html has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

type Child = Node | string | null | undefined | false;

/** An element with a class and with children. Text is text, never markup. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> | string = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (typeof properties === 'string') element.className = properties;
  else Object.assign(element, properties);
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/** Tabs that arrows walk through, of which one is in the order of focus. */
export function tabs(list: HTMLElement, onSelect: (tab: HTMLElement) => void): (tab: HTMLElement) => void {
  const all = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=tab]')].filter((tab) => !tab.hidden);
  const select = (tab: HTMLElement): void => {
    for (const one of list.querySelectorAll<HTMLElement>('[role=tab]')) {
      one.setAttribute('aria-selected', String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    onSelect(tab);
  };
  list.addEventListener('click', ({ target }) => {
    const tab = (target as Element).closest<HTMLElement>('[role=tab]');
    if (tab) select(tab);
  });
  list.addEventListener('keydown', (event) => {
    const shown = all();
    const at = shown.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    const next = to === undefined ? undefined : shown[(to + shown.length) % shown.length];
    if (!next) return;
    event.preventDefault();
    next.focus();
    select(next);
  });
  return select;
}

/** Calls once things have been quiet for a while. */
export function debounced(ms: number, call: () => void): (() => void) & { now(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      call();
    }, ms);
  };
  return Object.assign(later, {
    now(): void {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      call();
    },
  });
}

export function numberText(value: number): string {
  return value.toLocaleString('en');
}

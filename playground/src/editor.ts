// The editor: CodeMirror with Lua, breakpoints in the gutter, and marks for problems and for the line that is about to run.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { indentWithTab, toggleComment } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec, RangeSet, StateEffect, StateField, Transaction, type Extension } from '@codemirror/state';
import {
  crosshairCursor,
  Decoration,
  EditorView,
  gutter,
  GutterMarker,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';
import styles from './editor.css?inline';
import type { Problem } from './engine/debug.js';
import type { CommandFact } from './engine/protocol.js';
import { completer, lua } from './lua.js';
import type { Mode } from './work.js';

export interface EditorOptions {
  parent: HTMLElement;
  source: string;
  breakpoints: readonly number[];
  mode(): Mode;
  commands(): readonly CommandFact[];
  onChange(): void;
  onCursor(line: number): void;
  onBreakpoints(): void;
}

// ---- breakpoints ---------------------------------------------------------------------------------

class Breakpoint extends GutterMarker {
  override elementClass = 'cm-breakpoint';
}

const breakpoint = new Breakpoint();

const setBreakpoint = StateEffect.define<{ pos: number; isOn: boolean }>({
  map: ({ pos, isOn }, changes) => ({ pos: changes.mapPos(pos), isOn }),
});

const breakpoints = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setBreakpoint)) continue;
      const { pos, isOn } = effect.value;
      next = isOn ? next.update({ add: [breakpoint.range(pos)] }) : next.update({ filter: (from) => from !== pos });
    }
    return next;
  },
});

function toggleBreakpoint(view: EditorView, pos: number): boolean {
  const { from } = view.state.doc.lineAt(pos);
  let isOn = false;
  view.state.field(breakpoints).between(from, from, () => {
    isOn = true;
  });
  view.dispatch({ effects: setBreakpoint.of({ pos: from, isOn: !isOn }) });
  return true;
}

// ---- marks of lines ------------------------------------------------------------------------------

interface Marks {
  /** The line that is about to run, and lines of calls in progress. */
  current?: number | undefined;
  calls?: readonly number[];
  /** Lines that belong to what is pointed at elsewhere. */
  linked?: readonly number[];
}

const setMarks = StateEffect.define<Marks>();

const currentLine = Decoration.line({ class: 'cm-current', attributes: { 'aria-current': 'step' } });
const callLine = Decoration.line({ class: 'cm-calling' });
const linkedLine = Decoration.line({ class: 'cm-linked' });

const marks = StateField.define<{ marks: Marks; lines: DecorationSet }>({
  create: () => ({ marks: {}, lines: Decoration.none }),
  update(value, transaction) {
    let next = value.marks;
    for (const effect of transaction.effects) if (effect.is(setMarks)) next = { ...next, ...effect.value };
    if (next === value.marks) return transaction.docChanged ? { marks: next, lines: value.lines.map(transaction.changes) } : value;
    const { doc } = transaction.state;
    const at = (line: number, decoration: Decoration) => (line >= 1 && line <= doc.lines ? [decoration.range(doc.line(line).from)] : []);
    const ranges = [
      ...(next.current === undefined ? [] : at(next.current, currentLine)),
      ...(next.calls ?? []).flatMap((line) => at(line, callLine)),
      ...(next.linked ?? []).flatMap((line) => at(line, linkedLine)),
    ];
    return { marks: next, lines: Decoration.set(ranges, true) };
  },
  provide: (field) => EditorView.decorations.from(field, ({ lines }) => lines),
});

// ---- looks ---------------------------------------------------------------------------------------

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)', fontWeight: '550' },
  { tag: [tags.atom, tags.number, tags.bool], color: 'var(--code-number)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.meta, color: 'var(--code-comment)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: tags.standard(tags.variableName), color: 'var(--code-standard)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--code-function)' },
  { tag: tags.propertyName, color: 'var(--code-property)' },
  { tag: tags.operator, color: 'var(--code-operator)' },
]);

/** Everything else about its looks is in editor.css. */
const looks = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--editor)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
});

/** How many of JavaScript's units the first `bytes` bytes of a text are. */
function unitsOf(text: string, bytes: number): number {
  let at = 0;
  for (let left = bytes; left > 0 && at < text.length; ) {
    const code = text.codePointAt(at) as number;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code < 0x10000 ? 1 : 2;
  }
  return at;
}

// ---- the editor ----------------------------------------------------------------------------------

export class Editor {
  readonly view: EditorView;
  readonly #readOnly = new Compartment();

  constructor(options: EditorOptions) {
    const state = EditorState.create({ doc: options.source, extensions: this.#extensions(options) });
    // In a shadow root CodeMirror adopts its styles; in the document it would write them into it, which the page's policy forbids.
    const root = options.parent.attachShadow({ mode: 'open', delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    this.view = new EditorView({ state, parent: root, root });
    // Theirs come before it, and ours are to win.
    root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== sheet), sheet];
    this.setBreakpoints(options.breakpoints);
  }

  #extensions(options: EditorOptions): Extension {
    return [
      breakpoints,
      gutter({
        class: 'cm-breakpoints',
        markers: (view) => view.state.field(breakpoints),
        initialSpacer: () => breakpoint,
        domEventHandlers: { mousedown: (view, line) => toggleBreakpoint(view, line.from) },
      }),
      lineNumbers({ domEventHandlers: { mousedown: (view, line) => toggleBreakpoint(view, line.from) } }),
      highlightActiveLineGutter(),
      minimalSetup,
      lua,
      syntaxHighlighting(colours),
      indentUnit.of('  '),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [completer(options.mode, options.commands)], maxRenderedOptions: 60, icons: false }),
      rectangularSelection(),
      crosshairCursor(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      marks,
      looks,
      EditorState.tabSize.of(2),
      this.#readOnly.of([]),
      EditorView.contentAttributes.of({ 'aria-label': 'Lua script', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' }),
      Prec.high(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
      keymap.of([
        { key: 'F9', run: (view) => toggleBreakpoint(view, view.state.selection.main.head), preventDefault: true },
        { key: 'Mod-/', run: toggleComment },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...lintKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onChange();
        if (update.selectionSet || update.docChanged) options.onCursor(update.state.doc.lineAt(update.state.selection.main.head).number);
        const isSet = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setBreakpoint)));
        if (isSet || (update.docChanged && update.startState.field(breakpoints).size > 0)) options.onBreakpoints();
      }),
    ];
  }

  get source(): string {
    return this.view.state.doc.toString();
  }

  /** Puts another source in the place of this one; undoing brings it back unless told otherwise. */
  setSource(source: string, isUndoable = true): void {
    const { state } = this.view;
    this.view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: source },
      selection: { anchor: 0 },
      annotations: Transaction.addToHistory.of(isUndoable),
      effects: [setMarks.of({ current: undefined, calls: [], linked: [] }), EditorView.scrollIntoView(0)],
    });
  }

  get breakpoints(): number[] {
    const { doc } = this.view.state;
    const lines = new Set<number>();
    this.view.state.field(breakpoints).between(0, doc.length, (from) => {
      lines.add(doc.lineAt(from).number);
    });
    return [...lines];
  }

  setBreakpoints(lines: readonly number[]): void {
    const { doc } = this.view.state;
    const isKnown = (line: number) => line >= 1 && line <= doc.lines;
    const off = this.breakpoints.map((line) => setBreakpoint.of({ pos: doc.line(line).from, isOn: false }));
    const on = lines.filter(isKnown).map((line) => setBreakpoint.of({ pos: doc.line(line).from, isOn: true }));
    this.view.dispatch({ effects: [...off, ...on] });
  }

  setProblems(problems: readonly Problem[]): void {
    const { doc } = this.view.state;
    const diagnostics = problems.map(({ line, column, length, message, severity }): Diagnostic => {
      const { from, to, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      if (column !== undefined) {
        const start = Math.min(from + unitsOf(text, column - 1), to);
        const end = length ? Math.min(from + unitsOf(text, column - 1 + length), to) : to;
        if (end > start) return { from: start, to: end, severity, message };
      }
      // All that is written in the line.
      return { from: from + Math.max(0, text.search(/\S/)), to: text === '' ? to : from + text.trimEnd().length, severity, message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  mark(lines: Marks): void {
    this.view.dispatch({ effects: setMarks.of(lines) });
  }

  /** Shows a line, and puts the cursor there when asked to. */
  reveal(line: number, takesCursor = false): void {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const { from } = doc.line(line);
    this.view.dispatch({
      effects: EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 60 }),
      ...(takesCursor && { selection: { anchor: from } }),
    });
    if (takesCursor) this.view.focus();
  }

  setReadOnly(isReadOnly: boolean): void {
    this.view.dispatch({ effects: this.#readOnly.reconfigure(isReadOnly ? [EditorState.readOnly.of(true)] : []) });
  }
}

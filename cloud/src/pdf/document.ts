/**
 * What a PDF is made of, as far as reports use it: pdfmake's document definition. Its own types bring the
 * browser's into a program that has none.
 */
export type Content = string | readonly Content[] | { readonly [property: string]: unknown };
export type TableCell = Content;

/** How a table's lines are drawn; rows and columns are counted from their first line, 0. */
export interface TableLines {
  readonly table: { readonly body: readonly unknown[] };
}

/** A piece of content as it was laid out. */
export interface LaidOut {
  readonly headlineLevel?: number;
}

export interface DocumentDefinition {
  readonly content: Content;
  readonly footer?: (page: number, pages: number) => Content;
  readonly pageBreakBefore?: (node: LaidOut, around: { getFollowingNodesOnPage(): readonly LaidOut[] }) => boolean;
  readonly info?: Readonly<Record<string, string>>;
  readonly defaultStyle?: Readonly<Record<string, unknown>>;
  readonly [property: string]: unknown;
}

declare module 'pdfmake' {
  /** The part of pdfmake 0.3 that renders on a server. */
  const pdfmake: {
    addFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
    setUrlAccessPolicy(mayFetch: (url: string) => boolean): void;
    setLocalAccessPolicy(mayRead: (path: string) => boolean): void;
    createPdf(document: object): { getBuffer(): Promise<Buffer> };
  };
  export default pdfmake;
}

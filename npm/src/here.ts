// Where this package's files are. The build gives the CommonJS copy its own way to know.

export const here: string = import.meta.url;

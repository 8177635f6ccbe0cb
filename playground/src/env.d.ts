declare module 'redmoon/redmoon-tools.wasm?url' {
  const url: string;
  export default url;
}

declare module 'redmoon/redmoon.wasm?url' {
  const url: string;
  export default url;
}

// Text whose contrast is below AA (WCAG 2.2, 1.4.3), from computed styles: [text, ratio, colours].
() => {
  const parse = (text) => {
    const numbers = text.match(/[\d.]+(e-?\d+)?/g).map(Number);
    if (text.startsWith("color(srgb")) return [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1];
    if (text.startsWith("rgb")) return [...numbers.slice(0, 3), numbers[3] ?? 1];
    throw new Error(`a colour in a form that is not known: ${text}`);
  };
  const over = (top, below) => top.slice(0, 3).map((n, i) => n * top[3] + below[i] * (1 - top[3]));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((n) => n / 255)
      .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(parse(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const failures = [];
  let checked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const text = Array.from(element.childNodes).filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim();
    if (!text || !element.checkVisibility() || ["SCRIPT", "OPTION"].includes(element.tagName)) continue;
    checked += 1;
    const style = getComputedStyle(element);
    const below = background(element);
    const colour = over(parse(element instanceof SVGElement ? style.fill : style.color), below);
    const [dark, light] = [luminance(colour), luminance(below)].sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) failures.push([text.slice(0, 40), ratio.toFixed(2), colour.join(), below.join()]);
  }
  return { checked, failures };
}

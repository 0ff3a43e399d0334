import { writeFileSync } from "node:fs";
import type { CDPSession, Locator, Page } from "playwright-core";
import { type Frame, SIZE, webpOf } from "./animated_webp.ts";

const CAPTION_HEIGHT = 56;
const SHOWN = { width: SIZE.width, height: SIZE.height - CAPTION_HEIGHT };
const LOOK_MS = 1_500;
const POINT_MS = 900;
const MAX_BYTES = 2_000_000;

export type Film = {
  /** What `page` shows now, with a caption below; then once more, with a ring around what will be pressed next. */
  scene(caption: string, pressed?: Locator): Promise<void>;
  /** Writes `docs/<name>.webp`. */
  save(name: string): Promise<void>;
};

/** With SCREENSHOTS=1, films a page for the README. Chromium makes WebP itself, so that no encoder is needed. */
export async function filmOf(page: Page): Promise<Film> {
  if (process.env.SCREENSHOTS !== "1") return { scene: async () => {}, save: async () => {} };
  await page.setViewportSize(SHOWN);
  const browser = page.context().browser();
  if (!browser) throw new Error("a film needs a browser of its own");
  const stage = await browser.newPage({ viewport: SIZE });
  await stage.setContent(STAGE);
  const camera = await stage.context().newCDPSession(stage);
  const frames: Frame[] = [];

  /** @throws where that is no picture */
  const show = (picture: Buffer, type: "png" | "webp"): Promise<void> =>
    stage.locator("img").evaluate(
      async (image: HTMLImageElement, url) => {
        image.src = url;
        await image.decode();
      },
      `data:image/${type};base64,${picture.toString("base64")}`,
    );

  const scene = async (caption: string, pressed?: Locator): Promise<void> => {
    await pressed?.scrollIntoViewIfNeeded();
    await show(await page.screenshot(), "png");
    await stage.locator("p").evaluate((element, text) => element.replaceChildren(text), caption);
    await ringAround(stage, undefined);
    frames.push({ webp: await webpFrom(camera), ms: pressed ? LOOK_MS : LOOK_MS + POINT_MS });
    if (!pressed) return;
    await ringAround(stage, (await pressed.boundingBox()) ?? undefined);
    frames.push({ webp: await webpFrom(camera), ms: POINT_MS });
  };

  const save = async (name: string): Promise<void> => {
    const film = webpOf(frames);
    if (film.length > MAX_BYTES) throw new Error(`the film has ${film.length} bytes`);
    await show(film, "webp");
    writeFileSync(`docs/${name}.webp`, film);
  };
  return { scene, save };
}

const STAGE = `<style>
  body { margin: 0; position: relative; font: 600 20px/${CAPTION_HEIGHT}px system-ui, sans-serif; }
  img { display: block; width: ${SHOWN.width}px; height: ${SHOWN.height}px; }
  p { margin: 0; padding: 0 24px; color: #fff; background: #1c1f2b; }
  div { position: absolute; border: 4px solid #e0483e; border-radius: 10px; }
</style><img alt=""><p></p><div></div>`;

type Box = { x: number; y: number; width: number; height: number };

const ringAround = (stage: Page, box: Box | undefined): Promise<void> =>
  stage.locator("div").evaluate((ring: HTMLElement, box) => {
    ring.hidden = !box;
    if (!box) return;
    const gap = 8;
    ring.style.left = `${box.x - gap}px`;
    ring.style.top = `${box.y - gap}px`;
    ring.style.width = `${box.width + gap}px`;
    ring.style.height = `${box.height + gap}px`;
  }, box);

async function webpFrom(camera: CDPSession): Promise<Buffer> {
  const { data } = await camera.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  return Buffer.from(data, "base64");
}

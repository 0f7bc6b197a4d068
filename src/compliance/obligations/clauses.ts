import { say, type Text } from '../finding.js';

/** Measures for the Security Management of the Application of Facial Recognition Technology, in force 2025-06-01. */
export const measures = (article: number, zh = '', en = ''): Text =>
  say(`《人脸识别技术应用安全管理办法》（2025年）第${article}条${zh}`, `Measures 2025, Article ${article}${en}`);

/** The draft of 2023: never in force; kept by this product as its own house rules. */
export const draft = (article: number): Text =>
  say(
    `2023年征求意见稿第${article}条（未施行，本产品自行遵守）`,
    `Draft 2023, Article ${article} (not in force; a house rule here)`,
  );

export const pipl = (article: number): Text =>
  say(`《个人信息保护法》第${article}条`, `Personal Information Protection Law, Article ${article}`);

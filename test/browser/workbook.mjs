// Workbooks for the journeys, made and edited by a few lines instead of a library: a ZIP of XML parts, and single cells of it.
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const plain = (xml) => xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('&amp;', '&');

/** The letters of a column, counted from 1. */
export function letters(column) {
  let name = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

/** A workbook with one sheet, whose rows hold texts, numbers, or null for nothing. */
export function workbook(sheet, rows) {
  const cell = (value, at) => {
    if (value === null || value === '') return '';
    if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
  };
  const data = rows.map((row, index) => `<row r="${index + 1}">${row.map((value, column) => cell(value, letters(column + 1) + (index + 1))).join('')}</row>`);
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const parts = 'http://schemas.openxmlformats.org/package/2006';
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return zipped({
    '[Content_Types].xml': `${head}<Types xmlns="${parts}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${parts}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${parts}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${main}"><sheetData>${data.join('')}</sheetData></worksheet>`,
  });
}

/** The rows of a workbook's sheet as texts by cell: {A1: "…"}. */
export function cellsOf(file, sheet) {
  const parts = unzipped(file);
  const shared = [...(parts['xl/sharedStrings.xml'] ?? '').matchAll(/<si>(.*?)<\/si>|<si\/>/gs)].map((found) => textOf(found[1] ?? ''));
  const cells = {};
  for (const [, attributes, content] of parts[partOf(parts, sheet)].matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
    const at = /r="([A-Z]+\d+)"/.exec(attributes)?.[1];
    const value = /<v>(.*?)<\/v>/s.exec(content ?? '')?.[1] ?? '';
    const text = /t="s"/.test(attributes) ? (shared[Number(value)] ?? '') : /<is>/.test(content ?? '') ? textOf(content) : plain(value);
    if (at && text !== '') cells[at] = text;
  }
  return cells;
}

const textOf = (xml) => [...xml.matchAll(/<t(?: [^>]*)?>(.*?)<\/t>/gs)].map((found) => plain(found[1])).join('');

/** The workbook with single cells of a sheet saying something else; what else is in it stays byte by byte. */
export function edited(file, sheet, changes) {
  const parts = unzipped(file);
  const part = partOf(parts, sheet);
  for (const [at, text] of Object.entries(changes)) {
    const said = `t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
    const found = new RegExp(`<c ([^>]*?r="${at}"[^>]*?)(?:/>|>.*?</c>)`, 's');
    if (!found.test(parts[part])) throw new Error(`${sheet}!${at} is not in the workbook`);
    parts[part] = parts[part].replace(found, (_, attributes) => `<c ${attributes.replace(/ ?t="\w+"/, '')} ${said}`);
  }
  return zipped(parts);
}

/** The part that holds a sheet. */
function partOf(parts, sheet) {
  const id = new RegExp(`<sheet [^>]*name="${escaped(sheet)}"[^>]*r:id="(\\w+)"`).exec(parts['xl/workbook.xml'])?.[1];
  const relation = new RegExp(`<Relationship [^>]*Id="${id}"[^>]*>`).exec(parts['xl/_rels/workbook.xml.rels'])?.[0] ?? '';
  const target = /Target="([^"]+)"/.exec(relation)?.[1];
  if (!target) throw new Error(`the workbook has no sheet ${sheet}`);
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

/** The names of a workbook's sheets. */
export const sheetsOf = (file) => [...unzipped(file)['xl/workbook.xml'].matchAll(/<sheet [^>]*name="([^"]*)"/g)].map((found) => plain(found[1]));

function unzipped(file) {
  const parts = {};
  let at = file.readUInt32LE(file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16);
  while (file.readUInt32LE(at) === 0x02014b50) {
    const [method, size] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20)];
    const [name, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const local = file.readUInt32LE(at + 42);
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const data = file.subarray(from, from + size);
    parts[file.toString('utf8', at + 46, at + 46 + name)] = (method === 0 ? data : inflateRawSync(data)).toString('utf8');
    at += 46 + name + extra + comment;
  }
  return parts;
}

function zipped(parts) {
  const [files, directory] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const raw = Buffer.from(text, 'utf8');
    const data = deflateRawSync(raw);
    const path = Buffer.from(name, 'utf8');
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x0800, 2);
    about.writeUInt16LE(8, 4);
    about.writeUInt16LE(0x21, 8);
    about.writeUInt32LE(crc32(raw), 10);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(raw.length, 18);
    about.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    files.push(Buffer.from('PK\x03\x04', 'latin1'), about, path, data);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), about, place, path);
    at += 30 + path.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length / 4, 4);
  end.writeUInt16LE(files.length / 4, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, listed, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

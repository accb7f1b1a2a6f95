import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSize } from './useSize';

/** A place to choose a file at, or to drop one on. */
export function DropZone({ file, onFile }: { file: File | undefined; onFile: (file: File | undefined) => void }) {
  const { t } = useTranslation();
  const size = useSize();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(event.type === 'dragover');
  };
  const drop = (event: DragEvent) => {
    drag(event);
    const dropped = event.dataTransfer.files;
    if (dropped.length === 0) return;
    // the input shows what was dropped, as if it had been chosen there
    if (input.current) input.current.files = dropped;
    onFile(dropped[0]);
  };
  return (
    <div className="drop" data-over={over || undefined} onDragOver={drag} onDragLeave={drag} onDrop={drop}>
      <label className="dense" htmlFor="import-file">{t('imports.file')}</label>
      <input
        ref={input} id="import-file" type="file" aria-describedby="file-help"
        accept=".xlsx,.csv,.txt,.tsv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(event) => onFile(event.currentTarget.files?.[0])}
      />
      <p id="file-help" className="small muted">{t('imports.file_help')}</p>
      {file && <p className="dense"><b>{file.name}</b> <span className="muted">{size(file.size)}</span></p>}
    </div>
  );
}

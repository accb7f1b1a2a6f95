package workbook

import (
	"bytes"
	"errors"
	"io"
)

// xmlToken is what a scanner found.
type xmlToken uint8

// The tokens of a scanner.
const (
	xmlEOF xmlToken = iota
	xmlStart
	xmlEnd
	xmlText
)

// What a scanner refuses.
var (
	errMalformed = errors.New("not well-formed")
	errTooLong   = errors.New("a text or tag is too long")
	errTooDeep   = errors.New("elements are nested too deeply")
	errDoctype   = errors.New("it declares a document type")
)

const (
	maxXMLToken = 1 << 20
	maxXMLDepth = 64
	maxXMLAttrs = 256
)

// scanner reads the XML of workbooks: elements, attributes and text in UTF-8. It is there because sheets are large and the
// standard library's decoder is four times slower; it keeps one token in memory, however large the document, and knows neither
// document types nor entities other than the five of XML itself, so that nothing can be made to grow. Names are given without
// their prefix.
type scanner struct {
	in      io.Reader
	buf     []byte
	at, end int
	eof     bool
	// open are the names of the open elements, one behind the other; starts are where each begins.
	open   []byte
	starts []int
	// What the last token was: name of a start or end, attributes of a start, raw text. They hold until the next one.
	name   []byte
	attrs  []xmlAttr
	raw    []byte
	cdata  bool
	closed bool // the start was an empty element: its end is next
	seen   bool // the root element has been there
	text   []byte
}

// xmlAttr is an attribute as it stands in the document.
type xmlAttr struct{ name, value []byte }

func newScanner(in io.Reader) *scanner {
	return &scanner{in: in, buf: make([]byte, 64<<10)}
}

// next reads the next token.
func (s *scanner) next() (xmlToken, error) {
	if s.closed {
		s.closed = false
		s.pop()
		return xmlEnd, nil
	}
	for {
		if !s.need(1) {
			return s.atEnd()
		}
		token, err := s.any()
		if token != xmlEOF || err != nil {
			return token, err
		}
	}
}

// any reads what begins here; no token for what says nothing.
func (s *scanner) any() (xmlToken, error) {
	if s.buf[s.at] != '<' {
		return s.characters()
	}
	if !s.need(2) {
		return xmlEOF, s.cut()
	}
	switch s.buf[s.at+1] {
	case '/':
		return s.endTag()
	case '!':
		return s.declaration()
	case '?':
		_, err := s.until("?>", 2)
		return xmlEOF, err
	default:
		return s.startTag()
	}
}

// skip reads to the end of the element whose start was the last token.
func (s *scanner) skip() error {
	for depth := len(s.starts); len(s.starts) >= depth; {
		if _, err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

// need makes n unread bytes available, or says that the document ends before.
func (s *scanner) need(n int) bool {
	for s.end-s.at < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// fill reads on; false at the end of the document, at a fault, and where the token would become too long.
func (s *scanner) fill() bool {
	if s.eof {
		return false
	}
	if s.at > 0 {
		copy(s.buf, s.buf[s.at:s.end])
		s.at, s.end = 0, s.end-s.at
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxXMLToken {
			s.eof, s.in = true, faultReader{errTooLong}
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.in.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.eof, s.in = true, faultReader{err}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.eof, s.in = true, faultReader{io.ErrNoProgress}
	return false
}

// faultReader keeps why a document could not be read on.
type faultReader struct{ err error }

// Read says why.
func (f faultReader) Read([]byte) (int, error) { return 0, f.err }

// cut is the fault of a document that ends too early: the one that reading met, if any.
func (s *scanner) cut() error {
	if _, err := s.in.Read(nil); s.eof && err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return io.ErrUnexpectedEOF
}

func (s *scanner) atEnd() (xmlToken, error) {
	if err := s.cut(); !errors.Is(err, io.ErrUnexpectedEOF) || len(s.starts) > 0 || !s.seen {
		return xmlEOF, err
	}
	return xmlEOF, nil
}

// characters reads the text up to the next tag.
func (s *scanner) characters() (xmlToken, error) {
	from := 0
	for {
		i := bytes.IndexByte(s.buf[s.at+from:s.end], '<')
		if i >= 0 {
			from += i
			break
		}
		from = s.end - s.at
		if !s.fill() {
			if err := s.cut(); !errors.Is(err, io.ErrUnexpectedEOF) || len(s.starts) > 0 {
				return xmlEOF, err
			}
			break
		}
	}
	s.raw, s.cdata = s.buf[s.at:s.at+from], false
	s.at += from
	if len(s.starts) > 0 {
		return xmlText, nil
	}
	if len(bytes.Trim(bytes.TrimPrefix(s.raw, []byte("\xEF\xBB\xBF")), " \t\r\n")) > 0 {
		return xmlEOF, errMalformed
	}
	return xmlEOF, nil
}

// until takes everything up to the given end, and returns what stands between the first skip bytes and it.
func (s *scanner) until(end string, skip int) ([]byte, error) {
	for from := skip; ; {
		if s.end-s.at >= from {
			if i := bytes.Index(s.buf[s.at+from:s.end], []byte(end)); i >= 0 {
				found := s.buf[s.at+skip : s.at+from+i]
				s.at += from + i + len(end)
				return found, nil
			}
			from = max(skip, s.end-s.at-len(end)+1)
		}
		if !s.fill() {
			return nil, s.cut()
		}
	}
}

// declaration reads a comment or a section of literal text; everything else that begins like them is refused.
func (s *scanner) declaration() (xmlToken, error) {
	const comment, literal = "<!--", "<![CDATA["
	s.need(len(literal))
	rest := s.buf[s.at:s.end]
	switch {
	case bytes.HasPrefix(rest, []byte(comment)):
		_, err := s.until("-->", len(comment))
		return xmlEOF, err
	case bytes.HasPrefix(rest, []byte(literal)) && len(s.starts) > 0:
		found, err := s.until("]]>", len(literal))
		s.raw, s.cdata = found, true
		return xmlText, err
	case bytes.HasPrefix(rest, []byte("<!D")):
		return xmlEOF, errDoctype
	default:
		return xmlEOF, errMalformed
	}
}

func (s *scanner) endTag() (xmlToken, error) {
	found, err := s.until(">", 2)
	if err != nil {
		return xmlEOF, err
	}
	if len(s.starts) == 0 || !bytes.Equal(bytes.TrimRight(found, " \t\r\n"), s.open[s.starts[len(s.starts)-1]:]) {
		return xmlEOF, errMalformed
	}
	s.pop()
	return xmlEnd, nil
}

// pop closes the innermost element and makes its name the token's.
func (s *scanner) pop() {
	last := len(s.starts) - 1
	s.name = local(s.open[s.starts[last]:])
	s.open, s.starts = s.open[:s.starts[last]], s.starts[:last]
}

func (s *scanner) startTag() (xmlToken, error) {
	for {
		n, err := s.tag(s.buf[s.at:s.end])
		if err != nil {
			return xmlEOF, err
		}
		if n > 0 {
			s.at += n
			break
		}
		if !s.fill() {
			return xmlEOF, s.cut()
		}
	}
	if len(s.starts) == maxXMLDepth {
		return xmlEOF, errTooDeep
	}
	if len(s.starts) == 0 && s.seen {
		return xmlEOF, errMalformed
	}
	s.seen = true
	s.starts = append(s.starts, len(s.open))
	s.open = append(s.open, s.name...)
	s.name = local(s.name)
	return xmlStart, nil
}

// tag reads a start tag at the beginning of b and returns its length; 0 where b does not hold all of it.
func (s *scanner) tag(b []byte) (int, error) {
	i := nameEnd(b, 1)
	if i == len(b) {
		return 0, nil
	}
	s.name, s.attrs, s.closed = b[1:i], s.attrs[:0], false
	if !isName(s.name) {
		return 0, errMalformed
	}
	for {
		from := i
		i = blanksEnd(b, i)
		if i == len(b) {
			return 0, nil
		}
		if b[i] == '>' || b[i] == '/' {
			return s.tagEnd(b, i)
		}
		if i == from || len(s.attrs) == maxXMLAttrs {
			return 0, errMalformed
		}
		n, err := s.attribute(b[i:])
		if n == 0 || err != nil {
			return 0, err
		}
		i += n
	}
}

// tagEnd reads the end of a start tag and returns where it is; 0 where b does not hold all of it.
func (s *scanner) tagEnd(b []byte, i int) (int, error) {
	switch {
	case b[i] == '>':
		return i + 1, nil
	case i+1 == len(b):
		return 0, nil
	case b[i+1] != '>':
		return 0, errMalformed
	default:
		s.closed = true
		return i + 2, nil
	}
}

// nameEnd is where the name ends that is read at i.
func nameEnd(b []byte, i int) int {
	for i < len(b) && !endsName(b[i]) {
		i++
	}
	return i
}

// blanksEnd is where the blanks end that may begin at i.
func blanksEnd(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// attribute reads an attribute at the beginning of b and returns its length; 0 where b does not hold all of it.
func (s *scanner) attribute(b []byte) (int, error) {
	i := nameEnd(b, 0)
	name := b[:i]
	i = blanksEnd(b, i)
	if i < len(b) && (b[i] != '=' || !isName(name)) {
		return 0, errMalformed
	}
	i = blanksEnd(b, i+1)
	if i >= len(b) {
		return 0, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, errMalformed
	}
	i++
	end := bytes.IndexByte(b[i:], quote)
	if end < 0 {
		return 0, nil
	}
	value := b[i : i+end]
	if bytes.IndexByte(value, '<') >= 0 {
		return 0, errMalformed
	}
	s.attrs = append(s.attrs, xmlAttr{name: name, value: value})
	return i + end + 1, nil
}

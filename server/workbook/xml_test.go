package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// scanned writes down what a scanner finds, text of neighbouring tokens together.
func scanned(in io.Reader) (string, error) {
	var all, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			fmt.Fprintf(&all, "%q ", text.String())
			text.Reset()
		}
	}
	for s := newScanner(in); ; {
		token, err := s.next()
		if err != nil {
			return all.String(), err
		}
		switch token {
		case xmlEOF:
			return all.String(), nil
		case xmlStart:
			flush()
			fmt.Fprintf(&all, "<%s", s.name)
			for _, a := range s.attrs {
				value, err := appendText(nil, a.value, true)
				if err != nil {
					return all.String(), err
				}
				fmt.Fprintf(&all, " %s=%q", local(a.name), value)
			}
			all.WriteString("> ")
		case xmlEnd:
			flush()
			fmt.Fprintf(&all, "</%s> ", s.name)
		case xmlText:
			value, err := s.value()
			if err != nil {
				return all.String(), err
			}
			text.Write(value)
		}
	}
}

// decoded is the same by the standard library.
func decoded(in io.Reader) (string, error) {
	var all, text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			fmt.Fprintf(&all, "%q ", text.String())
			text.Reset()
		}
	}
	depth, roots := 0, 0
	for d := xml.NewDecoder(in); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if depth > 0 || roots != 1 {
				return all.String(), io.ErrUnexpectedEOF
			}
			return all.String(), nil
		}
		if err != nil {
			return all.String(), err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			flush()
			fmt.Fprintf(&all, "<%s", token.Name.Local)
			for _, a := range token.Attr {
				fmt.Fprintf(&all, " %s=%q", a.Name.Local, a.Value)
			}
			all.WriteString("> ")
		case xml.EndElement:
			depth--
			flush()
			fmt.Fprintf(&all, "</%s> ", token.Name.Local)
		case xml.CharData:
			if depth > 0 {
				text.Write(token)
			}
		case xml.Directive:
			return all.String(), errDoctype
		}
	}
}

func TestTheScannerReadsXML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		document string
		want     string
		fault    error
	}{
		"elements":             {document: `<a><b/><c x="1">t</c></a>`, want: `<a> <b> </b> <c x="1"> "t" </c> </a> `},
		"prefixes":             {document: `<p:a xmlns:p="q" p:b='c"'/>`, want: `<a p="q" b="c\""> </a> `},
		"references":           {document: `<a b="&quot;&#x41;">&lt;&amp;&gt;&apos;&#233;</a>`, want: `<a b="\"A"> "<&>'é" </a> `},
		"literal text":         {document: "<a>x<![CDATA[<&amp;\r\n]]>y</a>", want: `<a> "x<&amp;\ny" </a> `},
		"line ends":            {document: "<a>1\r\n2\r3</a>", want: `<a> "1\n2\n3" </a> `},
		"declarations":         {document: "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- <b> --><a ><!--->--></a >\n", want: `<a> </a> `},
		"a larger than sign":   {document: `<a b=">">></a>`, want: `<a b=">"> ">" </a> `},
		"ends in another one":  {document: `<a></b>`, fault: errMalformed},
		"ends too early":       {document: `<a><b></b>`, fault: io.ErrUnexpectedEOF},
		"ends in a tag":        {document: `<a b="`, fault: io.ErrUnexpectedEOF},
		"nothing":              {document: ``, fault: io.ErrUnexpectedEOF},
		"two roots":            {document: `<a/><b/>`, fault: errMalformed},
		"text outside":         {document: `x<a/>`, fault: errMalformed},
		"literal text outside": {document: `<![CDATA[x]]><a/>`, fault: errMalformed},
		"a document type":      {document: `<!DOCTYPE a><a/>`, fault: errDoctype},
		"an unknown reference": {document: `<a>&b;</a>`, fault: errMalformed},
		"half a reference":     {document: `<a>&amp</a>`, fault: errMalformed},
		"no character":         {document: `<a>&#0;</a>`, fault: errMalformed},
		"half a character":     {document: `<a>&#xD800;</a>`, fault: errMalformed},
		"a control character":  {document: "<a>\x01</a>", fault: errMalformed},
		"no text":              {document: "<a>\xC3</a>", fault: errMalformed},
		"no quotes":            {document: `<a b=c/>`, fault: errMalformed},
		"no value":             {document: `<a b/>`, fault: errMalformed},
		"no blank between":     {document: `<a b="1"c="2"/>`, fault: errMalformed},
		"an empty prefix":      {document: `<a :b="1"/>`, fault: errMalformed},
		"no name":              {document: `< a/>`, fault: errMalformed},
		"a tag in a value":     {document: `<a b="<"/>`, fault: errMalformed},
		"too deep":             {document: strings.Repeat("<a>", maxXMLDepth+1), fault: errTooDeep},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for way, in := range map[string]io.Reader{
				"at once": strings.NewReader(tt.document), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.document)),
			} {
				got, err := scanned(in)
				if !errors.Is(err, tt.fault) || tt.fault == nil && got != tt.want {
					t.Errorf("%s: %q, %v; want %q, %v", way, got, err, tt.want, tt.fault)
				}
			}
		})
	}
	t.Run("a connection cut", func(t *testing.T) {
		t.Parallel()
		cut := errors.New("cut")
		if _, err := scanned(io.MultiReader(strings.NewReader("<a>x"), iotest.ErrReader(cut))); !errors.Is(err, cut) {
			t.Errorf("got %v", err)
		}
	})
}

// FuzzScanner holds the scanner to the standard library: what both read, they read alike, however the bytes arrive.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`<a><b x="1&amp;" y='2'/>t&#65;<!-- c --><![CDATA[<]]></a>`, "<?xml version=\"1.0\"?>\r\n<p:a xmlns:p=\"q\">\r\n</p:a>", `<a>]]></a>`, `<a b = "c" ></a >`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := scanned(bytes.NewReader(document))
		slowly, slowErr := scanned(iotest.OneByteReader(bytes.NewReader(document)))
		if got != slowly || (err == nil) != (slowErr == nil) {
			t.Fatalf("%q, %v at once; %q, %v byte by byte", got, err, slowly, slowErr)
		}
		want, wantErr := decoded(bytes.NewReader(document))
		if err == nil && wantErr == nil && got != want {
			t.Fatalf("%q is read as %q, want %q", document, got, want)
		}
	})
}

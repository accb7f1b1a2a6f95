package api

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// notBuilt is shown where the workbench would be.
const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Crosswalk</title>
<body style="font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 40rem; padding: 0 1rem">
<h1>The workbench is not built</h1>
<p>The server runs, but this program was built without its pages. Run <code>make web</code> and build it again.</p>
<p>The API works: see <a href="/docs">its documentation</a>.</p></body></html>`

// registerWorkbench serves the built workbench on every path nobody else has.
func (a *API) registerWorkbench() {
	a.engine.NoRoute(a.elsewhere)
	a.engine.NoMethod(func(c *gin.Context) {
		a.send(c, (&Problem{
			Status: http.StatusMethodNotAllowed, Code: domain.CodeRouteUnknown, Detail: "there is no " + methodLabel(c.Request.Method) + " here",
			TraceID: c.Writer.Header().Get("X-Trace-Id"),
		}).named())
	})
}

// elsewhere answers with a file of the workbench, its page for paths that the workbench itself resolves, or a problem.
func (a *API) elsewhere(c *gin.Context) {
	requested := c.Request.URL.Path
	if ours(requested) || (c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead) {
		a.abort(c, domain.NotFound(domain.CodeRouteUnknown, "there is nothing at this address"))
		return
	}
	name := strings.TrimPrefix(path.Clean(requested), "/")
	if name != "" && name != "index.html" && a.sendFile(c, name) {
		return
	}
	if !strings.Contains(c.GetHeader("Accept"), "text/html") {
		a.abort(c, domain.NotFound(domain.CodeRouteUnknown, "there is nothing at this address"))
		return
	}
	a.sendPage(c)
}

// ours says that a path is no page of the workbench, whoever asks for it.
func ours(requested string) bool {
	for _, prefix := range []string{"/api", "/auth", "/docs", "/hooks", "/metrics", "/livez", "/readyz", "/openapi.json"} {
		if requested == prefix || strings.HasPrefix(requested, prefix+"/") {
			return true
		}
	}
	return false
}

// sendFile sends a file of the build, if there is one. Files under assets carry a hash in their name and never change.
func (a *API) sendFile(c *gin.Context, name string) bool {
	if a.Workbench == nil || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") {
		return false
	}
	info, err := fs.Stat(a.Workbench, name)
	if err != nil || info.IsDir() {
		return false
	}
	if strings.HasPrefix(name, "assets/") {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		c.Header("Cache-Control", "no-cache")
	}
	c.Status(http.StatusOK) // gin has set 404 before it asked whether anything is here
	http.ServeFileFS(c.Writer, c.Request, a.Workbench, name)
	return true
}

// sendPage sends the workbench's one page, which is never kept: it names the assets of this very build.
func (a *API) sendPage(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	var page []byte
	err := error(fs.ErrNotExist)
	if a.Workbench != nil {
		page, err = fs.ReadFile(a.Workbench, "index.html")
	}
	switch {
	case err == nil:
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	case errors.Is(err, fs.ErrNotExist):
		c.Data(http.StatusNotFound, "text/html; charset=utf-8", []byte(notBuilt))
	default:
		a.abort(c, err)
	}
}

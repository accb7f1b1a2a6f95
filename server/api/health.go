package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// readyTimeout bounds how long a readiness check may take.
const readyTimeout = 5 * time.Second

// registerHealth serves what machines ask: is the process alive, can it serve. Its figures are served apart.
func (a *API) registerHealth() {
	a.engine.GET("/livez", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	a.engine.GET("/readyz", a.readyz)
}

func (a *API) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if err := a.Ready(ctx); err != nil {
		a.abort(c, domain.Unavailable(err, domain.CodeStoreDown, "the database cannot be reached or is not up to date"))
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

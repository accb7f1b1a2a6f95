package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves a sandbox on a port of this machine's own address.
type Server struct {
	handler http.Handler
	address string

	mu   sync.Mutex
	http *http.Server
	done chan struct{}
}

// Start serves the sandbox on a free port of 127.0.0.1 until Close.
func (o *Odoo) Start(ctx context.Context) (*Server, error) { return start(ctx, o) }

// Start serves the warehouse system on a free port of 127.0.0.1 until Close.
func (s *WMS) Start(ctx context.Context) (*Server, error) { return start(ctx, s) }

func start(ctx context.Context, handler http.Handler) (*Server, error) {
	s := &Server{handler: handler, address: "127.0.0.1:0"}
	return s, s.Resume(ctx)
}

// URL is the base address, the same after Resume.
func (s *Server) URL() string { return "http://" + s.address }

// Resume listens again after Pause.
func (s *Server) Resume(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	s.address = listener.Addr().String()
	server := &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second}
	s.http, s.done = server, make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		_ = server.Serve(listener)
	}(s.done)
	return nil
}

// Pause makes the sandbox unreachable: it closes the port and every connection.
func (s *Server) Pause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return nil
	}
	err := s.http.Close()
	<-s.done
	s.http = nil
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close ends the server.
func (s *Server) Close() error { return s.Pause() }

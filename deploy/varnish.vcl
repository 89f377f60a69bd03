# Newsroom behind Varnish with vmod_xkey (Debian: apt install varnish varnish-modules). Change what is marked "yours"
# and set VARNISH_URLS to where the site reaches this Varnish, one address for each.
#
# Pages stay here for up to an hour and are taken out by their keys when something on them changes. While the site is
# down readers get the last copy of what may stand in (stale-if-error), never one that was taken out or has ended.

vcl 4.1;

import std;
import xkey;

backend newsroom {
    .host = "127.0.0.1";                                          # yours: where `web` of the Procfile listens
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 10s;
    .probe = {
        .request =
            "GET /healthz HTTP/1.1"
            "Host: news.example"                                  # yours: the host of SITE_URL
            "Connection: close";
        .interval = 1s;
        .timeout = 1s;
        .window = 3;
        .threshold = 1;
        .initial = 1;
    }
}

backend newsroom_stream {
    .host = "127.0.0.1";                                          # yours: where `stream` listens
    .port = "8001";
}

acl purgers {
    "127.0.0.1";                                                  # yours: the machines that run a worker
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers || !req.http.xkey) {
            return (synth(403, "Forbidden"));
        }
        set req.http.X-Gone = xkey.purge(req.http.xkey);
        return (synth(200, "Purged " + req.http.X-Gone));
    }
    if (req.url ~ "^/live/[0-9]+/stream$") {
        set req.backend_hint = newsroom_stream;
        return (pipe);
    }
    set req.backend_hint = newsroom;
    if (req.method != "GET" && req.method != "HEAD" || req.url ~ "^/admin/" || req.http.Authorization) {
        return (pass);
    }
    unset req.http.Cookie;                                        # public pages are the same for everyone

    # Where readers come from does not change the page.
    set req.url = regsuball(req.url, "(?<=[?&])(utm_[^=&]*|fbclid|gclid)(=[^&]*)?(&|$)", "");
    set req.url = regsub(req.url, "[?&]$", "");

    # At first nobody gets a copy that is over; whoever comes a second time found the site down (vcl_deliver).
    if (req.restarts == 0) {
        set req.grace = 0s;
    } else {
        set req.grace = 1d;
    }
    return (hash);
}

sub vcl_hash {
    hash_data(req.http.X-Forwarded-Proto);                        # what is for TLS is not given away without
}

sub vcl_backend_response {
    if (beresp.http.Surrogate-Key) {
        set beresp.http.xkey = beresp.http.Surrogate-Key;
    }
    set beresp.keep = 0s;
    set beresp.grace = 0s;
    if (beresp.status >= 500) {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    } elsif (beresp.http.Cache-Control ~ "stale-if-error") {
        set beresp.grace = 1d;
    }
}

sub vcl_deliver {
    if (resp.status >= 500 && req.restarts == 0 && (req.method == "GET" || req.method == "HEAD")
        && req.url !~ "^/admin/") {
        return (restart);
    }
    # What caches were told is not for readers, whose browsers nobody can call back.
    if (resp.http.xkey) {
        set resp.http.Cache-Control = regsub(resp.http.Cache-Control, ", s-maxage=.*$", "");
        if (obj.ttl < 1s) {
            set resp.http.Cache-Control = "public, max-age=0";
        } elsif (obj.ttl < 5s && resp.http.Cache-Control ~ "max-age=[2-5]$") {
            set resp.http.Cache-Control = "public, max-age=" + std.integer(duration = obj.ttl, fallback = 0);
        }
        unset resp.http.Age;
    }
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.X-Accel-Expires;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

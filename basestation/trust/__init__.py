"""Whom devices and base station believe: the site's own authority and what it signs.

    Authority         key and certificate of the site, made at the first need
    SiteCertificates  what broker and base station show, renewed before it runs out
    Trust             what one connection believes, and by what it proves who it is

Errors: CertificateFault, with a sentence for whoever keeps the site.
"""

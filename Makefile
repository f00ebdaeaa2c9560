# make serve   read and edit the site at http://127.0.0.1:8000 (PORT=9000 changes it)
# make test    everything that CI runs

// The health check of compose.yaml's database, run inside its container by mongosh. Until it is well it sets up what is
// missing: the replica set of one, the root user, and the user of Bangfu, who may use that one database and no other.
// A database that knows no users lets a caller on its own loopback do just that, and nothing more once there is one.
const fs = require('fs')
const secret = (name) => fs.readFileSync('/secrets/' + name, 'utf8').trim()
const admin = db.getSiblingDB('admin')

let root = true
try {
  admin.auth('root', secret('root'))
} catch {
  root = false
}
const state = admin.hello()
if (!state.setName) {
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] })
  quit(1)
}
if (!state.isWritablePrimary) quit(1)
if (!root) {
  admin.createUser({ user: 'root', pwd: secret('root'), roles: ['root'] })
  admin.auth('root', secret('root'))
}
if (!admin.getUser('bangfu')) {
  admin.createUser({ user: 'bangfu', pwd: secret('bangfu'), roles: [{ role: 'readWrite', db: 'bangfu' }] })
}

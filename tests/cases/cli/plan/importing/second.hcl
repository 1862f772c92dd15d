import {
  to = vbrprov_data.more
  id = "id-more"
}
